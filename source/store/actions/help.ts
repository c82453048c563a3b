import { atTheTop, type Move, moved, type Rows } from "../state/list-view.ts";
import { textField } from "../state/text-field.ts";
import type { ActionContext } from "./context.ts";

/** The list of keys: moves in it, and narrows it by what is typed. */
export function helpActions({ store }: ActionContext) {
  function showHelp(): void {
    store.setState({
      overlay: { kind: "help", field: textField(), isTyping: false, list: atTheTop },
    });
  }

  function typeInHelp(isTyping: boolean): void {
    const { overlay } = store.getState();
    if (overlay?.kind === "help") store.setState({ overlay: { ...overlay, isTyping } });
  }

  function clearHelpFilter(): void {
    const { overlay } = store.getState();
    if (overlay?.kind !== "help") return;
    store.setState({ overlay: { ...overlay, field: textField(), isTyping: false } });
  }

  function moveInHelp(step: Move, rows: Rows, height: number): void {
    const { overlay } = store.getState();
    if (overlay?.kind !== "help") return;
    store.setState({ overlay: { ...overlay, list: moved(overlay.list, step, rows, height) } });
  }

  return { showHelp, typeInHelp, clearHelpFilter, moveInHelp };
}
