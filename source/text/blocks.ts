/** Whether the terminal shows Unicode block characters, or ASCII stands in for them. */
export type BlockSet = "unicode" | "ascii";

const columnBlocks = {
  unicode: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
  ascii: ["_", ".", "-", "=", "+", "*", "%", "#"],
} as const;

const leftBlocks = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;

/** Spaces as the empty part of a Unicode bar take one byte, where shaded blocks take three. */
const bars = {
  unicode: { start: "▕", full: "█", empty: " ", end: "▏" },
  ascii: { start: "[", full: "#", empty: "-", end: "]" },
} as const;

/** A bar of exactly `cells` cells: empty if the share is unknown, full only if nothing is missing. */
export function barText(share: number | undefined, cells: number, blocks: BlockSet): string {
  const { empty, end, full, start } = bars[blocks];
  const inside = Math.max(0, cells - 2);
  if (share === undefined) return `${start}${" ".repeat(inside)}${end}`;
  if (share >= 1) return `${start}${full.repeat(inside)}${end}`;
  const exact = Math.max(0, share) * inside;
  const whole = Math.max(0, Math.min(inside - 1, Math.floor(exact)));
  const eighths = Math.floor((exact - whole) * 8);
  const part = blocks === "unicode" && inside > 0 ? (leftBlocks[eighths - 1] ?? "") : "";
  return `${start}${full.repeat(whole)}${part}${empty.repeat(inside - whole - part.length)}${end}`;
}

const windows = {
  unicode: { start: "├", before: "━", now: "┃", after: "─", end: "┤" },
  ascii: { start: "[", before: "=", now: "|", after: "-", end: "]" },
} as const;

/** A period of exactly `cells` cells with now marked; outside the period the mark is at an end. */
export function windowText(share: number, cells: number, blocks: BlockSet): string {
  const { after, before, end, now, start } = windows[blocks];
  const inside = Math.max(1, cells - 2);
  const at = Math.max(0, Math.min(inside - 1, Math.floor(share * inside)));
  return `${start}${before.repeat(at)}${now}${after.repeat(inside - 1 - at)}${end}`;
}

/** One cell for each share from 0 to 1, higher for more; unknown shares are spaces. */
export function stripText(shares: readonly (number | undefined)[], blocks: BlockSet): string {
  const columns = columnBlocks[blocks];
  const heights = shares.map((share) => {
    if (share === undefined) return " ";
    const height = Math.ceil(share * columns.length) - 1;
    return columns[Math.max(0, Math.min(columns.length - 1, height))] ?? " ";
  });
  return heights.join("");
}

/** The last `cells` values, scaled to the largest of them and aligned right. */
export function sparkline(values: readonly number[], cells: number, blocks: BlockSet): string {
  if (cells <= 0) return "";
  const shown = values.slice(-cells);
  const most = Math.max(0, ...shown);
  const shares = shown.map((value) => (most > 0 ? value / most : 0));
  return stripText(shares, blocks).padStart(cells);
}
