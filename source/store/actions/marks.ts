import {
  currentEntry,
  currentPlace,
  markableIds,
  marksIn,
  rowsOf,
  viewOf,
} from "../selectors/table.ts";
import type { Move } from "../state/list-view.ts";
import { type ActionContext, changeView } from "./context.ts";
import type { NoticeActions } from "./notices.ts";

/** Chooses rows of the table that is shown. Marks outlive filters and leaving the place. */
export function markActions(
  context: ActionContext,
  { tell }: NoticeActions,
  move: (step: Move) => void,
) {
  const { store } = context;
  const here = () => {
    const state = store.getState();
    const place = currentPlace(state);
    return { state, place, view: viewOf(state, place), rows: rowsOf(state, place) };
  };

  function toggleMark(): void {
    const { state, view } = here();
    const entry = currentEntry(state);
    if (view.rangeFrom !== undefined) {
      markRange();
      return;
    }
    if (!entry || entry.kind === "gap") return;
    const marks = new Set(view.marks);
    if (!marks.delete(entry.id)) marks.add(entry.id);
    changeView(context, { marks });
    move("down");
  }

  /** Begins a range at the cursor; the second time marks all that lies between. */
  function markRange(): void {
    const { state, place, view } = here();
    const entry = currentEntry(state);
    if (!entry) return;
    if (view.rangeFrom === undefined) changeView(context, { rangeFrom: entry.id });
    else changeView(context, { marks: marksIn(state, place), rangeFrom: undefined });
  }

  function endRange(): void {
    changeView(context, { rangeFrom: undefined });
  }

  function markAll(): void {
    const { view, rows } = here();
    const marks = new Set([...view.marks, ...markableIds(rows.entries)]);
    changeView(context, { marks, rangeFrom: undefined });
  }

  /** Marks what is shown without a mark, and the other way round. */
  function invertMarks(): void {
    const { state, place, rows } = here();
    const marks = new Set(marksIn(state, place));
    for (const id of markableIds(rows.entries)) if (!marks.delete(id)) marks.add(id);
    changeView(context, { marks, rangeFrom: undefined });
  }

  /** Takes all marks away; where there are none, gives back those that were taken away last. */
  function unmarkAll(): void {
    const { state, place, view } = here();
    const marks = marksIn(state, place);
    if (marks.size > 0) {
      changeView(context, { marks: new Set(), rangeFrom: undefined, lastMarks: marks });
    } else if (view.lastMarks) {
      changeView(context, { marks: view.lastMarks });
      tell("note", "The marks are back.");
    }
  }

  return { toggleMark, markRange, endRange, markAll, invertMarks, unmarkAll };
}
