import { currentList, currentPlace, currentRow, markableIds, marksIn } from "../selectors/table.ts";
import type { OrderedMarks } from "../state/overlay.ts";
import { placeKey } from "../state/place.ts";
import { type ActionContext, changeView } from "./context.ts";
import type { RowActions } from "./rows.ts";

/** Marks survive filters and leaving the place. */
export function markActions(context: ActionContext, { move }: RowActions) {
  const { notify, store } = context;
  const here = () => currentList(store.getState());

  function toggleMark(): void {
    const { state, view } = here();
    const row = currentRow(state);
    if (view.rangeFrom !== undefined) {
      markRange();
      return;
    }
    if (!row || markableIds([row]).length === 0) return;
    const marks = new Set(view.marks);
    if (!marks.delete(row.id)) marks.add(row.id);
    changeView(context, { marks });
    move("down");
  }

  function markRange(): void {
    const { state, place, view } = here();
    const row = currentRow(state);
    if (!row) return;
    if (view.rangeFrom === undefined) changeView(context, { rangeFrom: row.id });
    else changeView(context, { marks: marksIn(state, place), rangeFrom: undefined });
  }

  function endRange(): void {
    changeView(context, { rangeFrom: undefined });
  }

  function markAll(): void {
    const { view, rows } = here();
    const marks = new Set([...view.marks, ...markableIds(rows.shown)]);
    changeView(context, { marks, rangeFrom: undefined });
  }

  function invertMarks(): void {
    const { state, place, rows } = here();
    const marks = new Set(marksIn(state, place));
    for (const id of markableIds(rows.shown)) if (!marks.delete(id)) marks.add(id);
    changeView(context, { marks, rangeFrom: undefined });
  }

  function unmarkAll(): void {
    const { state, place, view } = here();
    const marks = marksIn(state, place);
    if (marks.size > 0) {
      changeView(context, { marks: new Set(), rangeFrom: undefined, lastMarks: marks });
    } else if (view.lastMarks) {
      changeView(context, { marks: view.lastMarks });
      notify("note", "Marks restored.");
    }
  }

  return { toggleMark, markRange, endRange, markAll, invertMarks, unmarkAll };
}

/** Clears the marks at once, so that marks made during the requests belong to the next download. */
export function takeMarks(context: ActionContext): readonly OrderedMarks[] {
  const state = context.store.getState();
  const place = currentPlace(state);
  const marks = marksIn(state, place);
  if (marks.size === 0) return [];
  changeView(context, { marks: new Set(), rangeFrom: undefined, lastMarks: marks });
  return [{ key: placeKey(place), marks }];
}

/** Restores the marks of downloads that were not queued, and keeps newer marks. */
export function giveMarksBack({ store }: ActionContext, ordered: readonly OrderedMarks[]): void {
  for (const { key, marks } of ordered) {
    const { views } = store.getState();
    const view = views[key];
    if (!view) continue;
    const all = new Set([...view.marks, ...marks]);
    store.setState({ views: { ...views, [key]: { ...view, marks: all } } });
  }
}
