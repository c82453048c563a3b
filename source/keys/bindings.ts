import type { Where } from "../store/selectors/where.ts";
import { whereIs } from "../store/selectors/where.ts";
import type { State } from "../store/state.ts";
import type { Command } from "./command.ts";
import { overlayCommands } from "./overlay-commands.ts";
import { registry } from "./registry.ts";

/** Every command that has a key, those of the overlays included. */
export const bindings: readonly Command[] = [...overlayCommands, ...registry];

const byWhere = new Map<Where, Map<string, Command[]>>();

function boundIn(where: Where): Map<string, Command[]> {
  let bound = byWhere.get(where);
  if (bound) return bound;
  bound = new Map();
  for (const command of bindings.filter((candidate) => candidate.where.includes(where))) {
    for (const key of command.keys) bound.set(key, [...(bound.get(key) ?? []), command]);
  }
  byWhere.set(where, bound);
  return bound;
}

/** The command that a key means now. */
export function commandFor(state: State, key: string): Command | undefined {
  const candidates = boundIn(whereIs(state)).get(key);
  return candidates?.find(({ binds }) => binds === undefined || binds(state));
}

export interface Hint {
  keys: string;
  title: string;
}

/** What can be done here and now, in the order in which it is told. */
function offered(state: State): Command[] {
  const where = whereIs(state);
  const titles = new Set<string>();
  return bindings
    .filter(
      ({ binds, hint, unavailable, where: places }) =>
        hint !== undefined &&
        places.includes(where) &&
        binds?.(state) !== false &&
        unavailable?.(state) === undefined,
    )
    .filter(({ title }) => !titles.has(title) && titles.add(title));
}

function hintOf({ shown, title }: Command): Hint {
  return { keys: shown.split(" ")[0] ?? shown, title };
}

/** The line of hints: as many of the most important as `fits` allows, in their usual order. */
export function hintsFor(state: State, fits: (hints: readonly Hint[]) => boolean): Hint[] {
  const commands = offered(state);
  const weighed = commands.toSorted((left, right) => (right.hint ?? 0) - (left.hint ?? 0));
  let count = 0;
  while (count < weighed.length && fits(weighed.slice(0, count + 1).map(hintOf))) count++;
  const kept = new Set(weighed.slice(0, count));
  return commands.filter((command) => kept.has(command)).map(hintOf);
}
