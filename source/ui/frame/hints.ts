import { type Hint, hintsFor } from "../../keys/bindings.ts";
import type { State } from "../../store/state/state.ts";
import { cellWidth } from "../../text/cells.ts";
import type { Span } from "../theme.ts";

const gap = "  ";

function hintsWidth(hints: readonly Hint[]): number {
  return hints.reduce(
    (sum, { keys, title }) => sum + cellWidth(keys) + 1 + cellWidth(title),
    1 + Math.max(0, hints.length - 1) * cellWidth(gap),
  );
}

/** The keys that matter here, as many as fit in one line. */
export function hintSpans(state: State): Span[] {
  const { columns } = state.viewport;
  const hints = hintsFor(state, (some) => hintsWidth(some) <= columns);
  return hints.flatMap(({ keys, title }, index): Span[] => [
    { text: index === 0 ? " " : gap },
    { text: keys, tone: "strong" },
    { text: ` ${title}`, tone: "muted" },
  ]);
}
