import { useAnimation } from "ink";
import type { ReactNode } from "react";
import { fieldSpans } from "./field-spans.ts";
import { spansWidth, spreadSpans } from "./fit-spans.ts";
import { useProgramState, useSurroundings } from "./program-context.ts";
import { countSpans, statusLines, waitingFor } from "./status-parts.ts";
import type { Span } from "./theme.ts";
import { Line } from "./widgets/line.tsx";

const spinnerFrames = ["|", "/", "-", "\\"] as const;
const spinnerMs = 200;

/** What is told, what is waited for, and how much there is. It moves only while something is waited for. */
export function Status(): ReactNode {
  const state = useProgramState((all) => all);
  const { host } = useSurroundings();
  const waiting = waitingFor(state, host);
  const stands = state.settings.motion === "reduced" || state.filterField !== undefined;
  const isActive = waiting !== undefined && !stands;
  const { frame } = useAnimation({ interval: spinnerMs, isActive });
  const spinner = stands ? "-" : (spinnerFrames[frame % spinnerFrames.length] ?? "|");
  const { columns } = state.viewport;
  const lines = statusLines(state, host, spinner);
  // A notice is there to be read whole: beside it the counts take what is left.
  const taken = state.notice ? spansWidth(lines.at(-1) ?? []) + 4 : columns * 0.4;
  const counts = countSpans(state, Math.floor(Math.min(columns * 0.6, columns - taken)));
  const isHidden = waiting !== undefined && state.notice !== undefined;
  const right: Span[] = isHidden ? [{ text: `${spinner} `, tone: "accent" }, ...counts] : counts;
  if (state.filterField) {
    const cells = Math.max(10, Math.floor(columns * 0.4));
    const field: Span[] = [
      { text: " /", tone: "accent" },
      ...fieldSpans(state.filterField, { cells, focused: true }),
    ];
    return <Line spans={spreadSpans(field, right, columns)} />;
  }
  return lines.map((line, index) => {
    const spans = index === lines.length - 1 ? spreadSpans(line, right, columns) : line;
    // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity but their place
    return <Line key={index} spans={spans} />;
  });
}
