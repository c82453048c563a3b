import type { ReactNode } from "react";
import { counted } from "../../domain/readable.ts";
import { useProgramState } from "../program-context.ts";
import { detailSpans, fitSpans, type Paragraph, paragraphLines } from "../spans.ts";
import type { Span } from "../theme.ts";
import { Lines } from "./lines.tsx";

export function Message({ paragraphs }: { paragraphs: readonly Paragraph[] }): ReactNode {
  const columns = useProgramState(({ viewport }) => viewport.columns);
  return <Lines lines={paragraphLines(paragraphs, columns)} />;
}

const edge = "│ ";
/** Keeps one long name from filling the pane. */
const mostLinesOfValue = 5;

/** The last line says how to see the rest. */
function fittingLines(lines: readonly Span[][], height: number): Span[][] {
  const bare = Array.from({ length: height - lines.length }, (): Span[] => [
    { text: edge, tone: "muted" },
  ]);
  if (lines.length <= height) return [...lines, ...bare];
  const hidden = lines.length - height + 1;
  const more = `${edge}… ${counted(hidden, "more line")}: I`;
  return [...lines.slice(0, height - 1), [{ text: more, tone: "muted" }]];
}

export function DetailsPane({ cells, height }: { cells: number; height: number }): ReactNode {
  const state = useProgramState((all) => all);
  const lines = detailSpans(state, edge, cells, mostLinesOfValue);
  return <Lines lines={fittingLines(lines, height).map((spans) => fitSpans(spans, cells))} />;
}
