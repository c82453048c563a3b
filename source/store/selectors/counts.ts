import { at, type ListView, type Rows } from "../state/list-view.ts";
import { type ListedPlace, placeKey, type TablePlace } from "../state/place.ts";
import type { Row } from "../state/row.ts";
import type { State } from "../state/state.ts";
import { cursorIn, rowsOf, viewOf } from "./table.ts";

export interface Counts {
  /** Rows up to and including the one under the cursor. */
  row: number;
  shown: number;
  all: number;
}

function withoutGaps(rows: readonly Row[]): number {
  return rows.reduce((count, { kind }) => (kind === "gap" ? count : count + 1), 0);
}

/** Gaps do not count as rows. */
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

/** Keeps the cursor on its row, or on the replacement if that row is gone. */
function stableView(list: ListView, index: number, before: Rows, after: Rows): ListView {
  const id = before.idAt(index);
  if (id === undefined || after.length === 0) return list;
  const found = after.indexOf(id);
  // A cursor that never moved stays on the first row, whatever row that is.
  if (list.cursorId === undefined) {
    return found === undefined || found === 0 ? list : at(after, found, found);
  }
  // Keep the cursor of a row that the filter hides.
  if (list.cursorId !== id) return list;
  return at(after, found ?? Math.min(index, after.length - 1), list.offset);
}

/** Keeps the cursor on its row when `change` inserts rows before it. */
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
