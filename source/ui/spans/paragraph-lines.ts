import { detailLines } from "../../store/selectors/details.ts";
import { currentRow } from "../../store/selectors/table.ts";
import type { State } from "../../store/state/state.ts";
import { cellWidth, fitCells, wrapCells } from "../../text/cells.ts";
import type { Span, Tone } from "../theme.ts";

export interface Paragraph {
  text: string;
  tone?: Tone;
}

const indent = "   ";

export function paragraphLines(paragraphs: readonly Paragraph[], columns: number): Span[][] {
  return paragraphs.flatMap(({ text, tone }) =>
    wrapCells(text, columns - indent.length - 1).map((line): Span[] => [
      { text: indent },
      { text: line, tone },
    ]),
  );
}

const widestLabel = 20;

/** Lines of at most `cells` cells that begin with `lead`; each value takes at most `most` lines. */
export function detailSpans(state: State, lead: string, cells: number, most?: number): Span[][] {
  const details = detailLines(currentRow(state), state.nowMs, cells, most);
  const widest = Math.max(0, ...details.map(({ label }) => cellWidth(label)));
  const labels = Math.min(widestLabel, widest);
  return details.map(({ label, value }): Span[] => [
    { text: `${lead}${fitCells(label, labels)}  `, tone: "muted" },
    { text: value },
  ]);
}
