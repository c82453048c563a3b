import { cellWidth } from "./fit-cells.ts";

/**
 * `text` in lines of at most `cells` cells, broken between words. A longer word, such as a path or an
 * address, stays whole, so that it can be copied.
 */
export function wrapWords(text: string, cells: number): string[] {
  const [first = "", ...words] = text.split(" ");
  const lines: string[] = [];
  let line = first;
  for (const word of words) {
    const joined = `${line} ${word}`;
    if (cellWidth(joined) <= cells) {
      line = joined;
      continue;
    }
    lines.push(line);
    line = word;
  }
  return [...lines, line];
}
