import { wrapCells } from "../../text/cells.ts";
import type { Span, Tone } from "../theme.ts";

export interface Paragraph {
  text: string;
  tone?: Tone;
}

const indent = "   ";

/** Paragraphs as lines of at most `columns` cells, indented. */
export function paragraphLines(paragraphs: readonly Paragraph[], columns: number): Span[][] {
  return paragraphs.flatMap(({ text, tone }) =>
    wrapCells(text, columns - indent.length - 1).map((line): Span[] => [
      { text: indent },
      tone === undefined ? { text: line } : { text: line, tone },
    ]),
  );
}
