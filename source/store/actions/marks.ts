import { counted } from "../../domain/readable.ts";
import { type Newest, newestOf } from "../selectors/newest.ts";
import {
  allRows,
  currentPlace,
  currentRow,
  markableIds,
  marksIn,
  rowsOf,
  viewOf,
} from "../selectors/table.ts";
import type { Move } from "../state/list-view.ts";
import type { OrderedMarks } from "../state/overlay.ts";
import { placeKey } from "../state/place.ts";
import type { NoticeLevel } from "../state/state.ts";
import { type ActionContext, changeView, type NoticeActions } from "./context.ts";

/** Marks survive filters and leaving the place. */
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
    const row = currentRow(state);
    if (view.rangeFrom !== undefined) {
      markRange();
      return;
    }
    if (!row || row.kind === "gap") return;
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
      tell("note", "Marks restored.");
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

function summary({ chains, gaps, rows }: Newest, all: number): [NoticeLevel, string] {
  const chained = chains.filter(({ deltas, init }) => init || deltas.length > 0);
  if (chained.length === 0) {
    return ["note", "No name here has Init or Delta: all file sets are shown."];
  }
  const bare = chained.filter(({ init }) => !init).length;
  const lacking = [
    gaps.size > 0 ? `${counted(gaps.size, "gap")} between them` : "",
    bare > 0 ? `${counted(bare, "series", "series")} without an Init that is still available` : "",
  ].filter((part) => part !== "");
  const shown = `${rows.length} of ${counted(all, "file set")}`;
  const text = `The newest Init and the Deltas after it: ${shown}`;
  if (lacking.length === 0) return ["note", `${text}. n shows all.`];
  return ["warning", `${text}; ${lacking.join(", ")}. n shows all.`];
}

export function newestActions(context: ActionContext, { tell }: NoticeActions) {
  const { store } = context;

  function toggleNewest(): void {
    const state = store.getState();
    const place = currentPlace(state);
    const newestOnly = !viewOf(state, place).newestOnly;
    changeView(context, { newestOnly });
    const all = allRows(state, place);
    if (newestOnly) tell(...summary(newestOf(all), all.length));
    else tell("note", `All ${counted(all.length, "file set")}.`);
  }

  return { toggleNewest };
}
