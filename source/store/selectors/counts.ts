import { at, type ListView, type Rows } from "../state/list-view.ts";
import { type ListedPlace, placeKey, type TablePlace } from "../state/place.ts";
import type { Row } from "../state/row.ts";
import type { State } from "../state/state.ts";
import { cursorIn, rowsOf, viewOf } from "./table.ts";

export interface Counts {
  /** Rows up to the cursor, its own included. */
  row: number;
  shown: number;
  /** Without the filter. */
  all: number;
}

function withoutGaps(rows: readonly Row[]): number {
  return rows.reduce((count, { kind }) => (kind === "gap" ? count : count + 1), 0);
}

/** The rows of `place` as people count them: a gap is none. */
export function countsOf(state: State, place: TablePlace): Counts {
  const { shown, unfiltered } = rowsOf(state, place);
  const upToCursor = cursorIn(state, place).index + 1;
  if (place.kind !== "file-sets") return { row: upToCursor, shown: shown.length, all: unfiltered };
  return {
    row: withoutGaps(shown.slice(0, upToCursor)),
    shown: withoutGaps(shown),
    all: unfiltered,
  };
}

/** The view when `before` becomes `after`, with the cursor on its row; where that is gone, on the one in its place. */
function stableView(list: ListView, index: number, before: Rows, after: Rows): ListView {
  const id = before.idAt(index);
  if (id === undefined || after.length === 0) return list;
  const found = after.indexOf(id);
  // A cursor that was never moved stands on the first row without holding it.
  if (list.cursorId === undefined) {
    return found === undefined || found === 0 ? list : at(after, found, found);
  }
  // What the filter hides is not under the cursor, but is held.
  if (list.cursorId !== id) return list;
  return at(after, found ?? Math.min(index, after.length - 1), list.offset);
}

/**
 * The state after `change` with the cursor of `place` on the row where it was; rows that come before it
 * would take its place.
 */
export function withStableCursor(
  state: State,
  place: ListedPlace,
  change: Partial<State>,
): Partial<State> {
  const view = viewOf(state, place);
  const { index } = cursorIn(state, place);
  const after = rowsOf({ ...state, ...change }, place);
  const list = stableView(view.list, index, rowsOf(state, place), after);
  if (list === view.list) return change;
  return { ...change, views: { ...state.views, [placeKey(place)]: { ...view, list } } };
}
