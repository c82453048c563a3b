import type { Program } from "../store/program.ts";
import type { InputTarget } from "../store/selectors/input-target.ts";
import type { State } from "../store/state/state.ts";
import { type Command, sentenceTitle } from "./command.ts";
import { keysOf, writtenKey } from "./keymap.ts";

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

/** "Cancel: x does that on Downloads." */
export function otherScreenText(
  state: State,
  command: Command,
  key = keysOf(state, command)[0] ?? "",
): string {
  const screens = screensOf(command);
  const place = screens === "" ? "on another screen" : `on ${screens}`;
  return `${sentenceTitle(command)}: ${writtenKey(key)} does that ${place}.`;
}
