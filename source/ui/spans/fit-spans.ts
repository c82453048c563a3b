import { cellWidth, truncateEnd } from "../../text/cells.ts";
import type { Span } from "../theme.ts";

export function spansWidth(spans: readonly Span[]): number {
  return spans.reduce((sum, { text }) => sum + cellWidth(text), 0);
}

/** The spans in at most `cells` cells; the one that crosses the end is cut there. */
export function fitSpans(spans: readonly Span[], cells: number): Span[] {
  const kept: Span[] = [];
  let left = cells;
  for (const span of spans) {
    const width = cellWidth(span.text);
    if (width > left) {
      kept.push({ ...span, text: truncateEnd(span.text, left) });
      return kept;
    }
    kept.push(span);
    left -= width;
  }
  return kept;
}

/** One line with `left` at its beginning and `right` at its end; the left side gives way. */
export function spreadSpans(left: readonly Span[], right: readonly Span[], cells: number): Span[] {
  const end = fitSpans(right, cells);
  const room = cells - spansWidth(end);
  const begin = fitSpans(left, Math.max(0, end.length > 0 ? room - 2 : room));
  return [...begin, { text: " ".repeat(Math.max(0, room - spansWidth(begin))) }, ...end];
}

/** A bar of `cells` cells in plain ASCII: "[####------]"; empty while the share is not known. */
export function progressBar(share: number | undefined, cells: number): string {
  const inside = Math.max(0, cells - 2);
  if (share === undefined) return `[${" ".repeat(inside)}]`;
  const full = share >= 1 ? inside : Math.min(inside - 1, Math.floor(share * inside));
  const filled = Math.max(0, full);
  return `[${"#".repeat(filled)}${"-".repeat(inside - filled)}]`;
}
