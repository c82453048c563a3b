import { wrapCells } from "../../text/cells.ts";
import type { State } from "../state/state.ts";
import { type ChoosingOverlay, isChoosing, takenQuestion } from "./choices.ts";
import { bodyHeight } from "./layout.ts";

/** Cells before the heading and what is to be chosen. */
export const choiceIndent = 3;
const mostHeadingLines = 3;

const addressWarning =
  "The address is a secret: whoever has it can fetch the file until it ends. It would go through the terminal's clipboard.";

/** True where a question stands above what is to be chosen; else it is a title. */
export function isQuestion(overlay: ChoosingOverlay): boolean {
  return overlay.kind === "taken" || (overlay.kind === "copy" && overlay.asksForAddress);
}

function headingOf(overlay: ChoosingOverlay, state: State): string {
  switch (overlay.kind) {
    case "sort":
      return "Sort by";
    case "copy":
      return overlay.asksForAddress ? addressWarning : "Copy";
    case "settings":
      return "Settings";
    case "taken":
      return takenQuestion(state);
  }
}

/** The title or the question above what is to be chosen, in lines. */
export function headingLines(overlay: ChoosingOverlay, state: State): string[] {
  const room = Math.max(10, state.viewport.columns - choiceIndent - 1);
  return wrapCells(headingOf(overlay, state), room).slice(0, mostHeadingLines);
}

/** Lines above what is to be chosen: the heading, and air. */
export function linesAboveChoices(state: State): number {
  const { overlay } = state;
  return isChoosing(overlay) ? headingLines(overlay, state).length + 1 : 0;
}

/** Lines for the things to choose from. */
export function choicesHeight(state: State): number {
  return Math.max(1, bodyHeight(state) - linesAboveChoices(state));
}
