import type { ReactNode } from "react";
import { type Paragraph, paragraphLines } from "../paragraph-lines.ts";
import { useProgramState } from "../program-context.ts";
import { Line } from "./line.tsx";

/** Sentences in place of rows: why there are none, and which key helps. */
export function Message({ paragraphs }: { paragraphs: readonly Paragraph[] }): ReactNode {
  const columns = useProgramState(({ viewport }) => viewport.columns);
  return paragraphLines(paragraphs, columns).map((spans, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity but their place
    <Line key={index} spans={spans} />
  ));
}
