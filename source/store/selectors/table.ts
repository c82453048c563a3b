import type { Transfer } from "../../transfer/engine.ts";
import {
  at,
  atTheTop,
  type Cursor,
  cursorOf,
  type ListView,
  type Rows,
} from "../state/list-view.ts";
import {
  isListed,
  isTable,
  type ListedPlace,
  type Place,
  type PlaceView,
  placeKey,
  type TableKind,
  type TablePlace,
} from "../state/place.ts";
import { fileRow, type Row, transferRow } from "../state/row.ts";
import { isGrouped, type Sort, sorted } from "../state/sort.ts";
import type { State } from "../state/state.ts";
import { groupedRows } from "./download-groups.ts";
import { tableHeight } from "./layout.ts";
import { type Newest, newestOf, rowsInSeries, tableKind, withGaps } from "./series.ts";
import { type FilteredRows, filteredRows, type TableRows, tableRows } from "./table-rows.ts";
import { withWatches } from "./watched-rows.ts";

export type { TableRows } from "./table-rows.ts";

interface Arranged {
  all: readonly Row[];
  sort: Sort | undefined;
  newestOnly: boolean;
  newest: Newest | undefined;
  ordered: readonly Row[];
  found?: FilteredRows;
  folded?: ReadonlySet<string>;
  rows?: TableRows;
}

const arrangedBefore = new WeakMap<readonly Row[], Arranged>();
/** A growing listing keeps its first row, so only new rows have to be inserted. */
const arrangedByFirst = new WeakMap<Row, Arranged>();
const transferRows = new WeakMap<object, readonly Row[]>();
const noRows: readonly Row[] = [];
const newView: PlaceView = { list: atTheTop, filter: "", marks: new Set() };

function isGrown(all: readonly Row[], { all: before }: Arranged): boolean {
  const last = before.length - 1;
  // A list of the same length may differ inside, by a tick for example.
  const isLonger = last > 0 && all.length > before.length;
  return isLonger && all[0] === before[0] && all[last] === before[last];
}

function sortedAgain(kind: TableKind, all: readonly Row[], sort: Sort | undefined) {
  const last = all[0] && arrangedByFirst.get(all[0]);
  const canReuse = last && !last.newestOnly && last.sort === sort && isGrown(all, last);
  // Sorting is fast on a mostly sorted array.
  const presorted = canReuse ? [...last.ordered, ...all.slice(last.all.length)] : all;
  return sorted(kind, presorted, sort);
}

function arrange(
  kind: TableKind,
  all: readonly Row[],
  sort: Sort | undefined,
  newestOnly: boolean,
): Arranged {
  const before = arrangedBefore.get(all);
  if (before?.sort === sort && before?.newestOnly === newestOnly) return before;
  const newest = newestOnly ? newestOf(all) : undefined;
  const ordered = newest
    ? sorted(kind, newest.rows, sort)
    : sort === undefined
      ? all
      : sortedAgain(kind, all, sort);
  const arranged = { all, sort, newestOnly, newest, ordered };
  arrangedBefore.set(all, arranged);
  if (all[0]) arrangedByFirst.set(all[0], arranged);
  return arranged;
}

const noneFolded: ReadonlySet<string> = new Set();

function filtered(
  arranged: Arranged,
  filter: string,
  folded: ReadonlySet<string> = noneFolded,
): TableRows {
  const { all, newest, ordered, sort } = arranged;
  const isSame = arranged.found?.text === filter && arranged.folded === folded;
  if (arranged.rows && isSame) return arranged.rows;
  arranged.found = filteredRows(ordered, filter, arranged.found);
  arranged.folded = folded;
  const { rows: found } = arranged.found;
  const shown = isGrouped(sort) ? groupedRows(found, folded) : found;
  arranged.rows = tableRows(newest ? withGaps(shown, newest, sort) : shown, all);
  return arranged.rows;
}

export function currentPlace(state: State): Place {
  return state.places.at(-1) ?? { kind: "bucket" };
}

export function viewOf(state: State, place: Place): PlaceView {
  return state.views[placeKey(place)] ?? newView;
}

export function allRows(state: State, place: Place): readonly Row[] {
  if (isListed(place)) {
    const rows = state.listings[placeKey(place)]?.rows ?? noRows;
    return place.kind === "packages" ? withWatches(rows, state.watches) : rows;
  }
  const { transfers } = state.transfers;
  let rows = transferRows.get(transfers);
  if (!rows) {
    rows = transfers.map(transferRow);
    transferRows.set(transfers, rows);
  }
  return rows;
}

/** The filter being typed, or else the one that was kept. */
export function filterOf(state: State, place: Place): string {
  return place === currentPlace(state) && state.filterField
    ? state.filterField.text
    : viewOf(state, place).filter;
}

/** Cached per listing, sort and filter; empty for places without a table. */
export function rowsOf(state: State, place: Place): TableRows {
  if (!isTable(place)) return tableRows(noRows, noRows);
  const kind = tableKind(state, place);
  const all = rowsInSeries(allRows(state, place), viewOf(state, place));
  const newestOnly = kind === "file-sets" && viewOf(state, place).newestOnly === true;
  const arranged = arrange(kind, all, state.sorts[kind], newestOnly);
  const filter = filterOf(state, place);
  // A filter shows its matches in folded groups too.
  return filtered(arranged, filter, filter === "" ? viewOf(state, place).folded : undefined);
}

export function cursorIn(state: State, place: Place): Cursor {
  return cursorOf(viewOf(state, place).list, rowsOf(state, place), tableHeight(state));
}

/** The current place with its view and rows. */
export function currentList(state: State) {
  const place = currentPlace(state);
  return { state, place, view: viewOf(state, place), rows: rowsOf(state, place) };
}

/** For a preview this is its file, once known. */
export function currentRow(state: State): Row | undefined {
  const place = currentPlace(state);
  if (place.kind === "preview") {
    if (place.path !== undefined) return fileRow(place.file);
    const file = place.file ?? state.previews[placeKey(place)]?.file;
    const listed = allRows(state, { ...place, kind: "files" });
    return file && (listed.find(({ id }) => id === file.id) ?? fileRow(file));
  }
  return rowsOf(state, place).shown[cursorIn(state, place).index];
}

const notMarkable: readonly Row["kind"][] = ["gap", "group", "series"];

export function markableIds(rows: readonly Row[]): string[] {
  return rows.flatMap(({ id, kind }) => (notMarkable.includes(kind) ? [] : [id]));
}

/** Includes the range being marked, up to the cursor. */
export function marksIn(state: State, place: Place): ReadonlySet<string> {
  const { marks, rangeFrom } = viewOf(state, place);
  if (rangeFrom === undefined) return marks;
  const rows = rowsOf(state, place);
  const cursor = cursorIn(state, place).index;
  const from = rows.indexOf(rangeFrom) ?? cursor;
  const between = rows.shown.slice(Math.min(from, cursor), Math.max(from, cursor) + 1);
  return new Set([...marks, ...markableIds(between)]);
}

/** Includes hidden rows. */
export function hasMarked(state: State): boolean {
  const place = currentPlace(state);
  const marks = marksIn(state, place);
  return isTable(place) && marks.size > 0 && allRows(state, place).some(({ id }) => marks.has(id));
}

/** Includes hidden rows, in list order. */
export function markedRows(state: State): readonly Row[] {
  const place = currentPlace(state);
  const marks = marksIn(state, place);
  if (marks.size === 0 || !isTable(place)) return noRows;
  const marked = allRows(state, place).filter(({ id }) => marks.has(id));
  return sorted(place.kind, marked, state.sorts[place.kind]);
}

export function chosenTransfers(state: State): Transfer[] {
  const marked = markedRows(state);
  const current = currentRow(state);
  const chosen = marked.length > 0 ? marked : current ? [current] : [];
  return chosen.flatMap((row) => {
    if (row.kind === "group") return row.item.transfers;
    return row.kind === "transfer" ? [row.item] : [];
  });
}

export interface Counts {
  /** Rows up to and including the one under the cursor. */
  row: number;
  shown: number;
  all: number;
}

const uncountedByRows = new WeakMap<readonly Row[], readonly number[]>();

/** The indices of gaps and groups, of which there are few. Found once, because a list may have 100,000 rows. */
function uncountedIn(rows: readonly Row[]): readonly number[] {
  const known = uncountedByRows.get(rows);
  if (known !== undefined) return known;
  const found: number[] = [];
  for (const [index, { kind }] of rows.entries()) if (notMarkable.includes(kind)) found.push(index);
  uncountedByRows.set(rows, found);
  return found;
}

/** Gaps and groups do not count as rows. */
export function countsOf(state: State, place: TablePlace): Counts {
  const { shown, unfiltered } = rowsOf(state, place);
  const upToCursor = cursorIn(state, place).index + 1;
  const kind = tableKind(state, place);
  if (kind !== "file-sets" && kind !== "downloads") {
    return { row: upToCursor, shown: shown.length, all: unfiltered };
  }
  const uncounted = uncountedIn(shown);
  const count = shown.length - uncounted.length;
  const before = uncounted.filter((index) => index < upToCursor).length;
  return {
    // On the first group the cursor is before the first row that counts.
    row: Math.min(count, Math.max(1, upToCursor - before)),
    shown: count,
    all: unfiltered,
  };
}

/** Keeps the cursor on its row, or on the replacement if that row no longer exists. */
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
