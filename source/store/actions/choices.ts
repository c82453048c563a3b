import { type ChoosingOverlay, choiceRows, isChoosing } from "../selectors/choices.ts";
import { choicesHeight } from "../selectors/choices-layout.ts";
import { at, cursorOf, type Move, moved } from "../state/list-view.ts";
import type { ActionContext } from "./context.ts";

type Choosers = Readonly<Record<ChoosingOverlay["kind"], (id: string) => void>>;

/** Moves among the few things to choose from, and takes one. */
export function choiceActions({ store }: ActionContext, choosers: Choosers) {
  function moveInChoices(step: Move): void {
    const state = store.getState();
    const { overlay } = state;
    if (!isChoosing(overlay)) return;
    const list = moved(overlay.list, step, choiceRows(state), choicesHeight(state));
    store.setState({ overlay: { ...overlay, list } });
  }

  /** Puts the cursor on that line of the things to choose from. */
  function moveToChoice(line: number): void {
    const state = store.getState();
    const { overlay } = state;
    if (!isChoosing(overlay)) return;
    const rows = choiceRows(state);
    const index = cursorOf(overlay.list, rows, choicesHeight(state)).top + line;
    if (line < 0 || index >= rows.length) return;
    store.setState({ overlay: { ...overlay, list: at(rows, index, line) } });
  }

  function choose(): void {
    const state = store.getState();
    const { overlay } = state;
    if (!isChoosing(overlay)) return;
    const rows = choiceRows(state);
    const id = rows.idAt(cursorOf(overlay.list, rows, choicesHeight(state)).index);
    if (id !== undefined) choosers[overlay.kind](id);
  }

  return { moveInChoices, moveToChoice, choose };
}
