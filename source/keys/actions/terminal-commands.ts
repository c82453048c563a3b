import { type Command, everywhere, letterPlaces } from "../command.ts";

const whileBusy = ["resuming", "resume-failed", "signing-in"] as const;

/** What gives the terminal back, for a while or for good, or draws it anew. */
export const terminalCommands: readonly Command[] = [
  {
    id: "suspend",
    group: "Program",
    title: "suspend",
    about: "Give the terminal to the shell; fg comes back",
    keys: ["ctrl-z"],
    where: everywhere,
    quiet: true,
    keyOnly: true,
    run: ({ actions }) => actions.suspend(),
  },
  {
    id: "redraw",
    group: "Program",
    title: "redraw",
    about: "Draw the whole screen anew",
    keys: ["ctrl-l"],
    where: everywhere,
    quiet: true,
    keyOnly: true,
    run: ({ actions }) => actions.redraw(),
  },
  {
    id: "quit",
    group: "Program",
    title: "quit",
    about: "Quit; asks while downloads run",
    keys: ["q"],
    where: [...letterPlaces, ...whileBusy],
    alsoOffered: ["bucket-field"],
    hint: 65,
    run: ({ actions }) => actions.quit(),
  },
  {
    id: "interrupt",
    group: "Program",
    title: "quit",
    about: "Quit from anywhere; the second time it does not ask",
    keys: ["ctrl-c"],
    where: everywhere,
    hint: 64,
    keyOnly: true,
    run: ({ actions }) => actions.interrupt(),
  },
];
