import { moveKeys, moving } from "../actions/move.ts";
import type { Command } from "../command.ts";

/** Where one of a few things is chosen. */
const choosing = ["sort", "copy", "settings", "taken"] as const;

export const choiceCommands: readonly Command[] = [
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
      if (store.getState().overlay?.kind === "taken") actions.refuseTaken();
      else actions.closeOverlay();
    },
  },
];
