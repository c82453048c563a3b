import type { Program } from "../../store/program.ts";
import { isDownloadQuestion } from "../../store/selectors/choices.ts";
import { overlayTextHeight } from "../../store/selectors/details.ts";
import { bodyHeight } from "../../store/selectors/layout.ts";
import { cursorOf, type Move } from "../../store/state/list-view.ts";
import { moveKeys, moving, typingMoveKeys } from "../actions/move.ts";
import type { Command } from "../command.ts";
import { runCommand } from "../run-command.ts";
import { helpCommands } from "./help-keys.ts";
import { gotoPath, paletteCommands, paletteHeight, paletteRows } from "./palette.ts";

const choosing = [
  "sort",
  "copy",
  "settings",
  "name-conflict",
  "download-room",
  "cancel-downloads",
] as const;

const choiceCommands: readonly Command[] = [
  ...moving("pick-", moveKeys, choosing, (step, { actions }) => actions.moveInChoices(step)),
  {
    id: "pick",
    group: "List",
    title: "choose",
    about: "Take what is under the cursor; in the settings, its next word",
    keys: ["enter", "right", "l", "space"],
    shown: "Enter → l",
    where: choosing,
    hint: 90,
    keyOnly: true,
    run: ({ actions }) => actions.choose(),
  },
  {
    id: "leave-choices",
    group: "List",
    title: "close",
    about: "Leave all as it is",
    keys: ["escape", "left", "h", "backspace", "q"],
    shown: "Esc ← h q",
    where: choosing,
    hint: 80,
    keyOnly: true,
    run: ({ actions, store }) => {
      if (isDownloadQuestion(store.getState().overlay)) actions.refuseDownloads();
      else actions.closeOverlay();
    },
  },
];

function runChosen(program: Program): void {
  const state = program.store.getState();
  if (state.overlay?.kind !== "palette") return;
  const { index } = cursorOf(state.overlay.list, paletteRows(state), paletteHeight(state));
  const chosen = paletteCommands(state)[index];
  if (!chosen) return;
  const path = gotoPath(state);
  program.actions.closeOverlay();
  if (path) {
    program.actions.goTo(path);
    return;
  }
  runCommand(program, chosen);
}

export function scrollText(step: Move, { actions, store }: Program): void {
  const state = store.getState();
  actions.scroll(step, overlayTextHeight(state), bodyHeight(state));
}

export function moveInPalette(step: Move, { actions, store }: Program): void {
  const state = store.getState();
  actions.moveInPalette(step, paletteRows(state), paletteHeight(state));
}

export const overlayCommands: readonly Command[] = [
  ...moving("scroll-", moveKeys, ["notices", "details"], scrollText),
  ...moving("choose-", typingMoveKeys, ["palette"], moveInPalette),
  ...choiceCommands,
  ...helpCommands,
  {
    id: "close-text",
    group: "Program",
    title: "close",
    about: "Close the details or what was told",
    keys: ["escape", "left", "h", "enter", "backspace", "q", "i", "I", "e"],
    shown: "Esc ← h q",
    where: ["details", "notices"],
    hint: 90,
    keyOnly: true,
    run: ({ actions }) => actions.closeOverlay(),
  },
  {
    id: "copy-shown",
    group: "Files",
    title: "copy id",
    about: "Copy the id through the terminal, over ssh too",
    keys: ["y"],
    where: ["details"],
    hint: 50,
    keyOnly: true,
    run: ({ actions }) => actions.copyId(),
  },
  {
    id: "run-chosen",
    group: "Program",
    title: "run",
    about: "Do what is under the cursor",
    keys: ["enter"],
    where: ["palette"],
    hint: 90,
    keyOnly: true,
    unavailable: (state) =>
      paletteCommands(state).length > 0 ? undefined : "no command has that in it",
    run: runChosen,
  },
  {
    id: "close-palette",
    group: "Program",
    title: "close",
    about: "Close the list of commands",
    keys: ["escape"],
    where: ["palette"],
    hint: 80,
    keyOnly: true,
    run: ({ actions }) => actions.closeOverlay(),
  },
];
