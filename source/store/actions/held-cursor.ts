import { type ListedPlace, placeKey } from "../place.ts";
import { cursorIn, rowsOf, viewOf } from "../selectors/table.ts";
import type { State } from "../state.ts";

/**
 * The state after `change` with the cursor of `place` on the row where it was. A cursor that was never
 * moved stands on the first row without holding it; rows that come before it would take its place.
 */
export function withHeldCursor(
  state: State,
  place: ListedPlace,
  change: Partial<State>,
): Partial<State> {
  const view = viewOf(state, place);
  const { index } = cursorIn(state, place);
  const id = rowsOf(state, place).idAt(index);
  if (view.list.cursorId !== undefined || id === undefined) return change;
  const after = rowsOf({ ...state, ...change }, place).indexOf(id);
  if (after === undefined || after === 0) return change;
  const list = { cursorId: id, index: after, offset: after };
  return { ...change, views: { ...state.views, [placeKey(place)]: { ...view, list } } };
}
