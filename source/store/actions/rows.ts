import { columns } from "../columns.ts";
import { tableHeight } from "../layout.ts";
import { type Move, moved } from "../list-view.ts";
import { isTable } from "../place.ts";
import { currentEntry, currentPlace, filterOf, rowsOf, viewOf } from "../selectors/table.ts";
import { textField } from "../text-field.ts";
import { type ActionContext, changeView } from "./context.ts";
import type { NoticeActions } from "./notices.ts";

/** What is done with the rows of the table that is shown: move, sort, filter, mark. */
export function rowActions(context: ActionContext, { tell }: NoticeActions) {
  const { store } = context;
  const here = () => {
    const state = store.getState();
    const place = currentPlace(state);
    return { state, place, view: viewOf(state, place), rows: rowsOf(state, place) };
  };

  function move(step: Move): void {
    const { state, view, rows } = here();
    const list = moved(view.list, step, rows, tableHeight(state));
    changeView(context, { list });
  }

  function sortBy(columnId: string, descending: boolean): void {
    const { state, place } = here();
    if (!isTable(place)) return;
    store.setState({ sorts: { ...state.sorts, [place.kind]: { columnId, descending } } });
    const column = columns[place.kind].find(({ id }) => id === columnId);
    const word = columnId === "percent" ? "percent" : (column?.title ?? columnId).toLowerCase();
    tell("note", `Sorted by ${word}, ${descending ? "descending" : "ascending"}.`);
  }

  function nextSort(): void {
    const { state, place } = here();
    if (!isTable(place)) return;
    const all = columns[place.kind];
    const index = all.findIndex(({ id }) => id === state.sorts[place.kind]?.columnId);
    const next = all[(index + 1) % all.length];
    if (next) sortBy(next.id, next.descending ?? false);
  }

  function flipSort(): void {
    const { state, place } = here();
    if (!isTable(place)) return;
    const sort = state.sorts[place.kind];
    if (sort) sortBy(sort.columnId, !sort.descending);
    else nextSort();
  }

  /** Opens the filter: the one in use to be changed, else the last one to be taken up or replaced. */
  function startFilter(): void {
    const { view } = here();
    const filterField =
      view.filter === "" ? textField(view.endedFilter ?? "", true) : textField(view.filter);
    store.setState({ filterField });
  }

  function keepFilter(): void {
    const { state, place } = here();
    changeView(context, { filter: filterOf(state, place).trim() });
    store.setState({ filterField: undefined });
  }

  function endFilter(): void {
    const { state } = here();
    const endedFilter = state.filterField?.text;
    changeView(context, { filter: "", ...(endedFilter ? { endedFilter } : {}) });
    store.setState({ filterField: undefined });
  }

  function toggleMark(): void {
    const { state, view } = here();
    const entry = currentEntry(state);
    if (!entry) return;
    const marks = new Set(view.marks);
    if (!marks.delete(entry.id)) marks.add(entry.id);
    changeView(context, { marks });
    move("down");
  }

  function markAll(): void {
    const { view, rows } = here();
    changeView(context, { marks: new Set([...view.marks, ...rows.entries.map(({ id }) => id)]) });
  }

  function unmarkAll(): void {
    changeView(context, { marks: new Set() });
  }

  return {
    move,
    nextSort,
    flipSort,
    startFilter,
    keepFilter,
    endFilter,
    toggleMark,
    markAll,
    unmarkAll,
  };
}
