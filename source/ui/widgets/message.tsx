import type { ReactNode } from "react";
import { type Paragraph, paragraphLines } from "../paragraph-lines.ts";
import { useProgramState } from "../program-context.ts";
import { Lines } from "./lines.tsx";

/** Sentences in place of rows: why there are none, and which key helps. */
export function Message({ paragraphs }: { paragraphs: readonly Paragraph[] }): ReactNode {
  const columns = useProgramState(({ viewport }) => viewport.columns);
  return <Lines lines={paragraphLines(paragraphs, columns)} />;
}
