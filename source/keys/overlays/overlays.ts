import type { Program } from "../../store/program.ts";
import { choiceRows, choicesHeight, isDownloadQuestion } from "../../store/selectors/choices.ts";
import { overlayTextHeight } from "../../store/selectors/details.ts";
import { overlayRows } from "../../store/selectors/layout.ts";
import { cursorOf, type Move } from "../../store/state/list-view.ts";
import { choosingOverlays } from "../../store/state/overlay.ts";
import type { State } from "../../store/state/state.ts";
import { moveKeys, moving, typingMoveKeys } from "../actions/move.ts";
import { type Command, runCommand } from "../command.ts";
import { helpCommands } from "./help-keys.ts";
import { gotoLead, gotoPath, paletteCommands, paletteHeight, paletteRows } from "./palette.ts";

const closeKeys = ["escape", "left", "h", "backspace", "q"];

export function moveInChoices(step: Move, { actions, store }: Program): void {
  const state = store.getState();
  actions.moveInOverlay(step, choiceRows(state), choicesHeight(state));
}

const choiceCommands: readonly Command[] = [
  ...moving("pick-", moveKeys, choosingOverlays, moveInChoices),
  {
    id: "pick",
    group: "List",
    title: "choose",
    about: "Choose",
    more: "In the settings, switches to the next value.",
    keys: ["enter", "right", "l", "space"],
    shown: "Enter → l",
    where: choosingOverlays,
    hint: 90,
    keyOnly: true,
    run: ({ actions }) => actions.choose(),
  },
  {
    id: "leave-choices",
    group: "List",
    title: "cancel",
    about: "Cancel",
    keys: closeKeys,
    shown: "Esc ← h q",
    where: choosingOverlays.filter((one) => one !== "settings" && one !== "limit-rate"),
    hint: 80,
    keyOnly: true,
    run: ({ actions, store }) => {
      if (isDownloadQuestion(store.getState().overlay)) actions.refuseDownloads();
      else actions.closeOverlay();
    },
  },
  {
    id: "leave-limit",
    group: "List",
    title: "cancel",
    about: "Cancel",
    keys: closeKeys,
    shown: "Esc ← h q",
    where: ["limit-rate"],
    hint: 80,
    keyOnly: true,
    run: ({ actions }) => actions.leaveLimit(),
  },
  {
    id: "close-settings",
    group: "List",
    title: "close",
    about: "Close the settings",
    keys: closeKeys,
    shown: "Esc ← h q",
    where: ["settings"],
    hint: 80,
    keyOnly: true,
    run: ({ actions }) => actions.closeOverlay(),
  },
];

function chosenInPalette(state: State): Command | undefined {
  if (state.overlay?.kind !== "palette") return undefined;
  const { index } = cursorOf(state.overlay.list, paletteRows(state), paletteHeight(state));
  return paletteCommands(state)[index];
}

function completeChosen({ actions, store }: Program): void {
  const state = store.getState();
  const lead = gotoLead(state);
  const chosen = chosenInPalette(state);
  if (lead !== undefined) void actions.completePath(lead);
  else if (chosen?.id === "goto") actions.edit({ kind: "replace", text: "goto " });
  else if (chosen) actions.edit({ kind: "replace", text: chosen.title });
}

function runChosen(program: Program): void {
  const state = program.store.getState();
  const chosen = chosenInPalette(state);
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
  actions.scroll(step, overlayTextHeight(state), overlayRows(state));
}

export function moveInPalette(step: Move, { actions, store }: Program): void {
  const state = store.getState();
  actions.moveInOverlay(step, paletteRows(state), paletteHeight(state));
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
    about: "Close",
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
    about: "Copy the id",
    more: "Uses the terminal's clipboard, also over ssh.",
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
    about: "Run the selected command",
    keys: ["enter"],
    where: ["palette"],
    hint: 90,
    keyOnly: true,
    unavailable: (state) => (paletteCommands(state).length > 0 ? undefined : "no command matches"),
    run: runChosen,
  },
  {
    id: "complete-command",
    group: "Program",
    title: "complete",
    about: "Complete command or path",
    keys: ["tab"],
    where: ["palette"],
    hint: 70,
    keyOnly: true,
    run: completeChosen,
  },
  {
    id: "close-palette",
    group: "Program",
    title: "close",
    about: "Close",
    keys: ["escape"],
    where: ["palette"],
    hint: 80,
    keyOnly: true,
    run: ({ actions }) => actions.closeOverlay(),
  },
];
