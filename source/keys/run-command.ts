import type { Program } from "../store/program.ts";
import type { InputTarget } from "../store/selectors/input-target.ts";
import { screenTitle } from "../store/selectors/messages.ts";
import type { State } from "../store/state/state.ts";
import { type Command, sentenceTitle } from "./command.ts";

export function runCommand(program: Program, command: Command): void {
  const { actions, store } = program;
  if (!command.quiet) actions.clearNotice();
  const reason = command.unavailable?.(store.getState());
  if (reason === undefined) command.run(program);
  else actions.tell("warning", `${sentenceTitle(command)}: ${reason}.`);
}

const screens: readonly [InputTarget, string][] = [
  ["bucket-menu", "the bucket list"],
  ["packages", "Packages"],
  ["file-sets", "File sets"],
  ["files", "Files"],
  ["preview", "Preview"],
  ["downloads", "Downloads"],
];

export function firstScreen({ where }: Command): number {
  return screens.findIndex(([place]) => where.includes(place));
}

/** The list screens that have the command. */
export function screensOf({ where }: Command): string[] {
  return screens.flatMap(([place, name]) => (where.includes(place) ? [name] : []));
}

/** "Cancel is not available in Files. Use it in Downloads." */
export function otherScreenText(state: State, command: Command): string {
  const screens = screensOf(command);
  const advice =
    screens.length > 0 && screens.length < 3 ? ` Use it in ${screens.join(" or ")}.` : "";
  return `${sentenceTitle(command)} is not available in ${screenTitle(state)}.${advice}`;
}
