import type { ReactNode } from "react";
import { wrapCells } from "../../terminal/cells.ts";
import { useProgramState } from "../program-context.ts";
import type { Span, Tone } from "../theme.ts";
import { Line } from "./line.tsx";

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

/** Sentences in place of rows: why there are none, and which key helps. */
export function Message({ paragraphs }: { paragraphs: readonly Paragraph[] }): ReactNode {
  const columns = useProgramState(({ viewport }) => viewport.columns);
  return paragraphLines(paragraphs, columns).map((spans, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity but their place
    <Line key={index} spans={spans} />
  ));
}
