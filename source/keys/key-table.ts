import { type InputTarget, inputTarget } from "../store/selectors/input-target.ts";
import type { State } from "../store/state/state.ts";
import { cellWidth } from "../text/cells.ts";
import { type Command, currentTitle, lastsUntil } from "./command.ts";
import { keysOf, shownKeys, writtenKey } from "./keymap.ts";
import { overlayCommands } from "./overlays/overlays.ts";
import { registry } from "./registry.ts";

export const bindings: readonly Command[] = [...overlayCommands, ...registry];

type Bound = Map<string, Command[]>;

const byKeymap = new WeakMap<object, Map<InputTarget, Bound>>();

function boundIn(where: InputTarget, state: State): Bound {
  const keymap = state.settings.keys;
  let byWhere = byKeymap.get(keymap);
  if (!byWhere) {
    byWhere = new Map();
    byKeymap.set(keymap, byWhere);
  }
  let bound = byWhere.get(where);
  if (bound) return bound;
  bound = new Map();
  const here = bindings.filter((candidate) => candidate.where.includes(where));
  // Keys from the settings take precedence over the defaults.
  const chosenFirst = [
    ...here.filter(({ id }) => id in keymap),
    ...here.filter(({ id }) => !(id in keymap)),
  ];
  for (const command of chosenFirst) {
    for (const key of keysOf(state, command)) bound.set(key, [...(bound.get(key) ?? []), command]);
  }
  byWhere.set(where, bound);
  return bound;
}

export function commandFor(state: State, key: string): Command | undefined {
  const candidates = boundIn(inputTarget(state), state).get(key);
  return candidates?.find(({ binds }) => binds === undefined || binds(state));
}

export interface Hint {
  keys: string;
  title: string;
  command: Command;
  isAvailable: boolean;
}

/** Hints that are unavailable on the row under the cursor keep their places, so that a move changes few cells. */
function isHinted(state: State, { hint, unavailable }: Command): boolean {
  const reason = unavailable?.(state);
  return hint !== undefined && (reason === undefined || lastsUntil("next-row", reason));
}

function offered(state: State): Command[] {
  const where = inputTarget(state);
  const titles = new Set<string>();
  return bindings
    .filter(
      (command) =>
        command.where.includes(where) &&
        command.binds?.(state) !== false &&
        isHinted(state, command),
    )
    .filter((command) => commandFor(state, keysOf(state, command)[0] ?? "") === command)
    .filter(({ title }) => !titles.has(title) && titles.add(title));
}

/** Picks the most important hints that fit and keeps their usual order. */
export function hintsFor(state: State, fits: (hints: readonly Hint[]) => boolean): Hint[] {
  const commands = offered(state);
  const hintOf = (command: Command): Hint => {
    const shown = shownKeys(state, command);
    const title = currentTitle(state, command);
    const isAvailable = command.unavailable?.(state) === undefined;
    return { keys: shown.split(" ")[0] ?? shown, title, command, isAvailable };
  };
  const weightOf = ({ hint = 0, hintNow }: Command) => hintNow?.(state) ?? hint;
  const weighed = commands.toSorted((left, right) => weightOf(right) - weightOf(left));
  let count = 0;
  while (count < weighed.length && fits(weighed.slice(0, count + 1).map(hintOf))) count++;
  const kept = new Set(weighed.slice(0, count));
  return commands.filter((command) => kept.has(command)).map(hintOf);
}

export const hintGap = "  ";
export const hintMargin = " ";

function hintCells({ keys, title }: Hint): number {
  return cellWidth(keys) + 1 + cellWidth(title);
}

function lineCells(hints: readonly Hint[]): number {
  const gaps = Math.max(0, hints.length - 1) * hintGap.length;
  return hints.reduce((sum, hint) => sum + hintCells(hint), hintMargin.length + gaps);
}

/** The hints that fit in the last line of the screen. */
export function shownHints(state: State): Hint[] {
  return hintsFor(state, (some) => lineCells(some) <= state.viewport.columns);
}

/** The first key of the first of these commands that its screen offers; undefined if none does. */
export function keyOf(state: State, ...ids: readonly string[]): string | undefined {
  const where = inputTarget(state);
  const command = bindings.find(
    ({ binds, id, where: places }) =>
      ids.includes(id) && places.includes(where) && binds?.(state) !== false,
  );
  const key = command && keysOf(state, command)[0];
  return key === undefined ? undefined : writtenKey(key);
}

export function hintAt(state: State, column: number): Hint | undefined {
  let begin = hintMargin.length;
  for (const hint of shownHints(state)) {
    const end = begin + hintCells(hint);
    if (column >= begin && column < end) return hint;
    begin = end + hintGap.length;
  }
  return undefined;
}
