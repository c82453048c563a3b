import { detailLines } from "../../store/selectors/details.ts";
import { currentEntry } from "../../store/selectors/table.ts";
import type { State } from "../../store/state/state.ts";
import { cellWidth, fitCells } from "../../text/cells.ts";
import type { Span } from "../theme.ts";

const widestLabel = 20;

/** What is known of the row under the cursor, in lines of at most `cells` cells that begin with `lead`; each value over `most` lines at most. */
export function detailSpans(state: State, lead: string, cells: number, most?: number): Span[][] {
  const details = detailLines(currentEntry(state), state.nowMs, cells, most);
  const widest = Math.max(0, ...details.map(({ label }) => cellWidth(label)));
  const labels = Math.min(widestLabel, widest);
  return details.map(({ label, value }): Span[] => [
    { text: `${lead}${fitCells(label, labels)}  `, tone: "muted" },
    { text: value },
  ]);
}
