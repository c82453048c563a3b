import type { Entry } from "../store/entry.ts";
import { detailLines } from "../store/selectors/details.ts";
import { cellWidth, fitCells } from "../terminal/cells.ts";
import type { Span } from "./theme.ts";

const widestLabel = 20;

/** What is known of a row, in lines of at most `cells` cells that begin with `lead`; each value over `most` lines at most. */
export function detailSpans(
  entry: Entry | undefined,
  lead: string,
  cells: number,
  most?: number,
): Span[][] {
  const details = detailLines(entry, cells, most);
  const widest = Math.max(0, ...details.map(({ label }) => cellWidth(label)));
  const labels = Math.min(widestLabel, widest);
  return details.map(({ label, value }): Span[] => [
    { text: `${lead}${fitCells(label, labels)}  `, tone: "muted" },
    { text: value },
  ]);
}
