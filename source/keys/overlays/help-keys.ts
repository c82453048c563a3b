import type { Program } from "../../store/program.ts";
import type { Move } from "../../store/state/list-view.ts";
import type { State } from "../../store/state/state.ts";
import { moveKeys, moving, typingMoveKeys } from "../actions/move.ts";
import { type Command, otherScreenText, runCommand } from "../command.ts";
import { chosenInHelp, helpHeight, helpRows, targetBeneath } from "./help.ts";

function runChosen(program: Program): void {
  const { actions, store } = program;
  const chosen = chosenInHelp(store.getState());
  const where = targetBeneath(store.getState());
  if (!chosen) return;
  actions.closeOverlay();
  if (chosen.where.includes(where)) runCommand(program, chosen);
  else actions.notify("warning", otherScreenText(store.getState(), chosen));
}

export function moveInHelp(step: Move, program: Program): void {
  const state = program.store.getState();
  program.actions.moveInOverlay(step, helpRows(state), helpHeight(state));
}

function noneChosen(state: State): string | undefined {
  return chosenInHelp(state) ? undefined : "no key matches";
}

export const helpCommands: readonly Command[] = [
  ...moving("help-", moveKeys, ["help"], moveInHelp),
  ...moving("help-filter-", typingMoveKeys, ["help-filter"], moveInHelp),
  {
    id: "run-from-help",
    group: "Program",
    title: "run",
    about: "Run the selected command",
    keys: ["enter", "right", "l"],
    where: ["help"],
    hint: 90,
    keyOnly: true,
    unavailable: noneChosen,
    run: runChosen,
  },
  {
    id: "run-from-help-filter",
    group: "Program",
    title: "run",
    about: "Run the selected command",
    keys: ["enter"],
    where: ["help-filter"],
    hint: 90,
    keyOnly: true,
    unavailable: noneChosen,
    run: runChosen,
  },
  {
    id: "filter-help",
    group: "Program",
    title: "filter",
    about: "Filter keys",
    keys: ["/"],
    where: ["help"],
    hint: 85,
    keyOnly: true,
    run: ({ actions }) => actions.typeInHelp(true),
  },
  {
    id: "end-help-filter",
    group: "Program",
    title: "all keys",
    about: "Show all keys",
    keys: ["escape"],
    where: ["help-filter"],
    hint: 80,
    keyOnly: true,
    run: ({ actions }) => actions.clearHelpFilter(),
  },
  {
    id: "close-help",
    group: "Program",
    title: "close",
    about: "Close help",
    keys: ["escape", "left", "h", "backspace", "q", "?"],
    shown: "Esc ← h q",
    where: ["help"],
    hint: 80,
    keyOnly: true,
    run: ({ actions }) => actions.closeOverlay(),
  },
];
