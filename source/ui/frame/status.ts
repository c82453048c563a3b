import type { State } from "../../store/state/state.ts";
import { fieldSpans } from "../spans/field-spans.ts";
import { spansWidth, spreadSpans } from "../spans/fit-spans.ts";
import type { Span } from "../theme.ts";
import { countSpans } from "./counts.ts";
import { statusLines } from "./status-lines.ts";
import { waitingFor } from "./waiting-for.ts";

const spinnerFrames = ["|", "/", "-", "\\"] as const;

function stands({ filterField, settings }: State): boolean {
  return settings.motion === "reduced" || filterField !== undefined;
}

/** True while something is waited for and shown to move. */
export function isSpinning(state: State, host: string): boolean {
  return waitingFor(state, host) !== undefined && !stands(state);
}

/** What is told, what is waited for, and how much there is; `step` counts the moves of what is waited for. */
export function statusSpans(state: State, host: string, step: number): Span[][] {
  const spinner = stands(state) ? "-" : (spinnerFrames[step % spinnerFrames.length] ?? "|");
  const { columns } = state.viewport;
  const most = Math.floor(columns * 0.6);
  const beside = columns - spansWidth(countSpans(state, most)) - 2;
  const lines = statusLines(state, host, spinner, beside);
  // A notice is there to be read whole: beside it the counts take what is left.
  const left = state.notice ? columns - spansWidth(lines.at(-1) ?? []) - 4 : most;
  const counts = countSpans(state, Math.min(most, left));
  const isHidden = waitingFor(state, host) !== undefined && state.notice !== undefined;
  const right: Span[] = isHidden ? [{ text: `${spinner} `, tone: "accent" }, ...counts] : counts;
  if (state.filterField) {
    const cells = Math.max(10, Math.floor(columns * 0.4));
    const field: Span[] = [
      { text: " /", tone: "accent" },
      ...fieldSpans(state.filterField, { cells, focused: true }),
    ];
    return [spreadSpans(field, right, columns)];
  }
  return lines.map((line, index) =>
    index === lines.length - 1 ? spreadSpans(line, right, columns) : [...line],
  );
}
