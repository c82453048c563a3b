import { isBusy } from "../../store/selectors/messages.ts";
import type { State } from "../../store/state/state.ts";

interface Choice {
  key: string;
  does: string;
}

/** What may be answered to the question whether to quit; the demo has no next start. */
export function quitChoices(state: State): Choice[] {
  const stay = { key: "Esc", does: "stay" };
  if (!isBusy(state)) return [{ key: "q", does: "quit" }, stay];
  const does = state.demo
    ? "quit; the demo keeps nothing for a next start"
    : "quit and keep the partial files for the next start";
  return [{ key: "q", does }, { key: "w", does: "wait and then quit" }, stay];
}
