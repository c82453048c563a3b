import { inputTarget } from "../store/selectors/input-target.ts";
import type { State } from "../store/state/state.ts";
import { cellWidth } from "../text/cells.ts";
import { bindings, type Hint, hintsFor } from "./key-table.ts";
import { keysOf, writtenKey } from "./keymap.ts";

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
