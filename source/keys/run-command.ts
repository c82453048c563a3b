import type { Program } from "../store/program.ts";
import type { InputTarget } from "../store/selectors/input-target.ts";
import { type Command, sentenceTitle } from "./command.ts";

export function runCommand(program: Program, command: Command): void {
  const { actions, store } = program;
  if (!command.quiet) actions.clearNotice();
  const reason = command.unavailable?.(store.getState());
  if (reason === undefined) command.run(program);
  else actions.tell("warning", `${sentenceTitle(command)}: ${reason}.`);
}

const screens: readonly [InputTarget, string][] = [
  ["bucket-menu", "the list of buckets"],
  ["packages", "Packages"],
  ["file-sets", "File sets"],
  ["files", "Files"],
  ["preview", "Preview"],
  ["downloads", "Downloads"],
];

export function firstScreen({ where }: Command): number {
  return screens.findIndex(([place]) => where.includes(place));
}

/** "Packages, File sets and Files", or an empty string for commands of no list screen. */
export function screensOf({ where }: Command): string {
  const names = screens.flatMap(([place, name]) => (where.includes(place) ? [name] : []));
  const last = names.pop();
  return names.length === 0 ? (last ?? "") : `${names.join(", ")} and ${last}`;
}

/** "Cancel is only available on Downloads." */
export function otherScreenText(command: Command): string {
  const screens = screensOf(command);
  return `${sentenceTitle(command)} is only available on ${screens === "" ? "another screen" : screens}.`;
}
