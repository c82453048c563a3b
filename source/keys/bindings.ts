import type { Where } from "../store/selectors/where.ts";
import { whereIs } from "../store/selectors/where.ts";
import type { State } from "../store/state.ts";
import type { Command } from "./command.ts";
import { overlayCommands } from "./overlay-commands.ts";
import { registry } from "./registry.ts";

/** Every command that has a key, those of the overlays included. */
export const bindings: readonly Command[] = [...registry, ...overlayCommands];

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

/** What can be done here and now, the most important first. */
function offered(state: State): Hint[] {
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
    .toSorted((left, right) => (right.hint ?? 0) - (left.hint ?? 0))
    .map(({ shown, title }) => ({ keys: shown.split(" ")[0] ?? shown, title }))
    .filter(({ title }) => !titles.has(title) && titles.add(title));
}

/** The line of hints: as many of the most important as `fits` allows. */
export function hintsFor(state: State, fits: (hints: readonly Hint[]) => boolean): Hint[] {
  const hints = offered(state);
  let count = 0;
  while (count < hints.length && fits(hints.slice(0, count + 1))) count++;
  return hints.slice(0, count);
}
