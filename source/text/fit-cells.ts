import stringWidth from "string-width";

const ellipsis = "…";
const plain = /^[\x20-\x7e]*$/;
let graphemes: Intl.Segmenter | undefined;

/** How many cells of a terminal `text` takes. */
export function cellWidth(text: string): number {
  return plain.test(text) ? text.length : stringWidth(text);
}

/** `text` in at most `cells` cells; what is too much goes from its end. */
export function fitEnd(text: string, cells: number): string {
  if (cellWidth(text) <= cells) return text;
  return cells < 1 ? "" : take(split(text), cells - 1).join("") + ellipsis;
}

/** The same; what is too much goes from the middle, since names often differ at their ends only. */
export function fitMiddle(text: string, cells: number): string {
  if (cellWidth(text) <= cells) return text;
  if (cells < 1) return "";
  const parts = split(text);
  const head = take(parts, Math.floor((cells - 1) / 3));
  const room = cells - 1 - cellWidth(head.join(""));
  const tail = take(parts.slice(head.length).reverse(), room).reverse();
  return head.join("") + ellipsis + tail.join("");
}

function split(text: string): string[] {
  graphemes ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return Array.from(graphemes.segment(text), ({ segment }) => segment);
}

/** The first parts, as far as they fit. */
function take(parts: readonly string[], cells: number): string[] {
  let taken = 0;
  const end = parts.findIndex((part) => {
    taken += cellWidth(part);
    return taken > cells;
  });
  return end < 0 ? [...parts] : parts.slice(0, end);
}
