import type { ReactNode } from "react";
import { useProgramState } from "../program-context.ts";
import { type Paragraph, paragraphLines } from "../spans/paragraph-lines.ts";
import { Lines } from "./lines-part.tsx";

/** Sentences in place of rows: why there are none, and which key helps. */
export function Message({ paragraphs }: { paragraphs: readonly Paragraph[] }): ReactNode {
  const columns = useProgramState(({ viewport }) => viewport.columns);
  return <Lines lines={paragraphLines(paragraphs, columns)} />;
}
