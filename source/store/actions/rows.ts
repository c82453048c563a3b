import { columnTitle, queueOrder } from "../selectors/choices.ts";
import { tableHeight } from "../selectors/layout.ts";
import { tableKind } from "../selectors/series.ts";
import { currentList, cursorIn, filterOf } from "../selectors/table.ts";
import { columns } from "../state/columns.ts";
import { at, type Move, moved } from "../state/list-view.ts";
import { isTable } from "../state/place.ts";
import { groupOrder, isGrouped, type Sort } from "../state/sort.ts";
import { textField } from "../state/text-field.ts";
import { type ActionContext, changeView } from "./context.ts";

export function rowActions(context: ActionContext) {
  const { notify, store } = context;
  const here = () => currentList(store.getState());

  function move(step: Move): void {
    const { state, view, rows } = here();
    const list = moved(view.list, step, rows, tableHeight(state));
    const { cursorId, index, offset } = view.list;
    // Skip the redraw when a held key reaches the end of the list.
    if (cursorId === list.cursorId && index === list.index && offset === list.offset) return;
    changeView(context, { list });
  }

  function moveToRow(index: number): void {
    const { state, place, rows } = here();
    changeView(context, { list: at(rows, index, index - cursorIn(state, place).top) });
  }

  function setSort(sort: Sort | undefined): void {
    const { state, place } = here();
    if (!isTable(place)) return;
    const kind = tableKind(state, place);
    store.setState({ sorts: { ...state.sorts, [kind]: sort } });
    if (!sort) {
      notify("note", "Sorted as they were queued.");
      return;
    }
    if (isGrouped(sort)) {
      notify("note", "Grouped by file set.");
      return;
    }
    const word = columnTitle(kind, sort.columnId).toLowerCase();
    notify("note", `Sorted by ${word}, ${sort.descending ? "descending" : "ascending"}.`);
  }

  function showSort(): void {
    const { state, place } = here();
    if (!isTable(place)) return;
    const cursorId = state.sorts[tableKind(state, place)]?.columnId ?? queueOrder;
    store.setState({ overlay: { kind: "sort", list: { cursorId, index: 0, offset: 0 } } });
  }

  /** Starts with the column's preferred direction; choosing the column again reverses it. */
  function sortBy(columnId: string): void {
    const { state, place } = here();
    store.setState({ overlay: undefined });
    if (!isTable(place)) return;
    const kind = tableKind(state, place);
    const column = columns[kind].find(({ id }) => id === columnId);
    const before = state.sorts[kind];
    if (columnId === groupOrder) setSort({ columnId, descending: false });
    else if (!column) setSort(undefined);
    else if (before?.columnId === columnId) setSort({ columnId, descending: !before.descending });
    else setSort({ columnId, descending: column.descending ?? false });
  }

  function flipSort(): void {
    const { state, place } = here();
    if (!isTable(place)) return;
    const kind = tableKind(state, place);
    const sort = state.sorts[kind];
    if (sort && !isGrouped(sort)) setSort({ ...sort, descending: !sort.descending });
    else sortBy(columns[kind][0]?.id ?? "name");
  }

  /** Opens the active filter for editing, or offers the last one to reuse or replace. */
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
    const { state, view } = here();
    const endedFilter = state.filterField?.text || view.endedFilter;
    changeView(context, { filter: "", endedFilter });
    store.setState({ filterField: undefined });
  }

  return { move, moveToRow, showSort, sortBy, flipSort, startFilter, keepFilter, endFilter };
}

export type RowActions = ReturnType<typeof rowActions>;
