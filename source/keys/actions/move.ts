import type { Program } from "../../store/program.ts";
import { inputTarget } from "../../store/selectors/input-target.ts";
import type { Move } from "../../store/state/list-view.ts";
import { type Command, letterPlaces } from "../command.ts";

export interface MoveKeys {
  step: Move;
  way: string;
  keys: readonly string[];
}

export const moveKeys: readonly MoveKeys[] = [
  { step: "up", way: "up", keys: ["up", "k"] },
  { step: "down", way: "down", keys: ["down", "j"] },
  { step: "page-up", way: "a page up", keys: ["pageup", "ctrl-b"] },
  { step: "page-down", way: "a page down", keys: ["pagedown", "ctrl-f"] },
  { step: "half-up", way: "half a page up", keys: ["ctrl-u"] },
  { step: "half-down", way: "half a page down", keys: ["ctrl-d"] },
  { step: "first", way: "to the beginning", keys: ["home", "g"] },
  { step: "last", way: "to the end", keys: ["end", "G"] },
];

/** Movement keys for screens where letters and editing keys are text. */
export const typingMoveKeys: readonly MoveKeys[] = [
  { step: "up", way: "up", keys: ["up"] },
  { step: "down", way: "down", keys: ["down"] },
  { step: "page-up", way: "a page up", keys: ["pageup"] },
  { step: "page-down", way: "a page down", keys: ["pagedown"] },
];

/** Builds one command per movement. */
export function moving(
  prefix: string,
  keys: readonly MoveKeys[],
  where: Command["where"],
  run: (step: Move, ...rest: Parameters<Command["run"]>) => void,
): Command[] {
  return keys.map(({ step, way, keys: names }) => ({
    id: `${prefix}${step}`,
    group: "Move",
    title: way,
    about: `Move ${way}`,
    keys: names,
    where,
    keyOnly: true,
    run: (program) => run(step, program),
  }));
}

export function moveHere(step: Move, { actions, store }: Program): void {
  const where = inputTarget(store.getState());
  if (where === "bucket-menu") actions.moveInMenu(step);
  else if (where === "preview" || where === "record") actions.moveInPreview(step);
  else actions.move(step);
}

export const moveCommands: readonly Command[] = [
  ...moving("", moveKeys, letterPlaces, moveHere),
  ...moving("filter-", typingMoveKeys, ["filter"], (step, { actions }) => actions.move(step)),
];
