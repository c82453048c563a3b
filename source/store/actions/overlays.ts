import {
  type ChoosingOverlay,
  choiceRows,
  choicesHeight,
  isChoosing,
  isDownloadQuestion,
} from "../selectors/choices.ts";
import { hasRoomBeside, isTooSmall, paneOf } from "../selectors/layout.ts";
import {
  at,
  atTheTop,
  cursorOf,
  type Move,
  moved,
  type Rows,
  scrolled,
} from "../state/list-view.ts";
import type { Viewport } from "../state/state.ts";
import { textField } from "../state/text-field.ts";
import type { ActionContext } from "./context.ts";

export function overlayActions({ store }: ActionContext) {
  function closeOverlay(): void {
    store.setState({ overlay: undefined });
  }

  function showAllDetails(): void {
    store.setState({ overlay: { kind: "details", top: 0 } });
  }

  function showDetails(): void {
    const state = store.getState();
    if (!hasRoomBeside(state)) showAllDetails();
    else store.setState({ beside: paneOf(state) === "details" ? "nothing" : "details" });
  }

  /** When the preview closes, the width decides again. */
  function togglePreviewBeside(): void {
    const isShown = paneOf(store.getState()) === "preview";
    store.setState({ beside: isShown ? undefined : "preview" });
  }

  function showPalette(typed = ""): void {
    store.setState({ overlay: { kind: "palette", field: textField(typed), list: atTheTop } });
  }

  function askFolder(): void {
    const { directory, overlay } = store.getState();
    const fromSettings = overlay?.kind === "settings";
    store.setState({ overlay: { kind: "folder", field: textField(directory), fromSettings } });
  }

  function askLimit(): void {
    const fromSettings = store.getState().overlay?.kind === "settings";
    store.setState({ overlay: { kind: "limit-rate", list: atTheTop, fromSettings } });
  }

  function scroll(step: Move, lines: number, height: number): void {
    const { overlay } = store.getState();
    if (overlay?.kind !== "notices" && overlay?.kind !== "details") return;
    const top = scrolled(overlay.top, step, lines, height);
    store.setState({ overlay: { ...overlay, top } });
  }

  function moveInOverlay(step: Move, rows: Rows, height: number): void {
    const { overlay } = store.getState();
    if (!overlay || !("list" in overlay)) return;
    store.setState({ overlay: { ...overlay, list: moved(overlay.list, step, rows, height) } });
  }

  /** Moves to a line of the overlay; lines without a row do nothing. */
  function moveToOverlayLine(line: number, rows: Rows, height: number): void {
    const { overlay } = store.getState();
    if (!overlay || !("list" in overlay)) return;
    const index = cursorOf(overlay.list, rows, height).top + line;
    if (line < 0 || index >= rows.length) return;
    store.setState({ overlay: { ...overlay, list: at(rows, index, line) } });
  }

  /** Below the smallest size the layout is kept. */
  function resize(viewport: Viewport): void {
    const before = store.getState().viewport;
    if (before.columns === viewport.columns && before.rows === viewport.rows) return;
    store.setState({ viewport });
    const { overlay } = store.getState();
    if (isTooSmall(viewport) && isDownloadQuestion(overlay)) store.setState({ overlay: undefined });
  }

  return {
    closeOverlay,
    showDetails,
    togglePreviewBeside,
    showAllDetails,
    showPalette,
    askFolder,
    askLimit,
    scroll,
    moveInOverlay,
    moveToOverlayLine,
    resize,
  };
}

export type OverlayActions = ReturnType<typeof overlayActions>;

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

  return { showHelp, typeInHelp, clearHelpFilter };
}

type Choosers = Readonly<Record<ChoosingOverlay["kind"], (id: string) => void>>;

export function choiceActions({ store }: ActionContext, choosers: Choosers) {
  function choose(): void {
    const state = store.getState();
    const { overlay } = state;
    if (!isChoosing(overlay)) return;
    const rows = choiceRows(state);
    const id = rows.idAt(cursorOf(overlay.list, rows, choicesHeight(state)).index);
    if (id !== undefined) choosers[overlay.kind](id);
  }

  return { choose };
}
