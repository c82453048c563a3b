import type { Transfer } from "../../transfer/engine.ts";
import { atTheTop, type Cursor, cursorOf } from "../state/list-view.ts";
import {
  isListed,
  isTable,
  type Place,
  type PlaceView,
  placeKey,
  type TableKind,
} from "../state/place.ts";
import { fileRow, type Row, transferRow } from "../state/row.ts";
import { type Sort, sorted } from "../state/sort.ts";
import type { State } from "../state/state.ts";
import { tableHeight } from "./layout.ts";
import { type Newest, newestOf, withGaps } from "./newest.ts";
import { type FilteredRows, filteredRows, type TableRows, tableRows } from "./table-rows.ts";

export type { TableRows } from "./table-rows.ts";

interface Arranged {
  all: readonly Row[];
  sort: Sort | undefined;
  newestOnly: boolean;
  newest: Newest | undefined;
  ordered: readonly Row[];
  found?: FilteredRows;
  rows?: TableRows;
}

/** How a listing was arranged last; it goes with the array of its rows. */
const arrangedBefore = new WeakMap<readonly Row[], Arranged>();
/** The same by the first row, which a listing keeps while it grows: only what is new is put in. */
const arrangedByFirst = new WeakMap<Row, Arranged>();
const transferRows = new WeakMap<object, readonly Row[]>();
const noRows: readonly Row[] = [];
const newView: PlaceView = { list: atTheTop, filter: "", marks: new Set() };

function isGrown(all: readonly Row[], { all: before }: Arranged): boolean {
  const last = before.length - 1;
  // Of the same length it may have other rows in between, with a tick more.
  const isLonger = last > 0 && all.length > before.length;
  return isLonger && all[0] === before[0] && all[last] === before[last];
}

function sortedAgain(kind: TableKind, all: readonly Row[], sort: Sort | undefined) {
  const last = all[0] && arrangedByFirst.get(all[0]);
  const isHelpful = last && !last.newestOnly && last.sort === sort && isGrown(all, last);
  // What is in order already is sorted fast.
  const begun = isHelpful ? [...last.ordered, ...all.slice(last.all.length)] : all;
  return sorted(kind, begun, sort);
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

function filtered(arranged: Arranged, filter: string): TableRows {
  const { all, newest, ordered, sort } = arranged;
  if (arranged.rows && arranged.found?.text === filter) return arranged.rows;
  arranged.found = filteredRows(ordered, filter, arranged.found);
  const { rows: found } = arranged.found;
  arranged.rows = tableRows(newest ? withGaps(found, newest, sort) : found, all);
  return arranged.rows;
}

export function currentPlace(state: State): Place {
  return state.places.at(-1) ?? { kind: "bucket" };
}

export function viewOf(state: State, place: Place): PlaceView {
  return state.views[placeKey(place)] ?? newView;
}

/** All rows of `place` as they came: neither sorted nor filtered. */
export function allRows(state: State, place: Place): readonly Row[] {
  if (isListed(place)) return state.listings[placeKey(place)]?.rows ?? noRows;
  const { transfers } = state.transfers;
  let rows = transferRows.get(transfers);
  if (!rows) {
    rows = transfers.map(transferRow);
    transferRows.set(transfers, rows);
  }
  return rows;
}

/** The filter that counts now: what is being typed, else what was kept. */
export function filterOf(state: State, place: Place): string {
  return place === currentPlace(state) && state.filterField
    ? state.filterField.text
    : viewOf(state, place).filter;
}

/** The rows of `place`; none where it has no table. Computed once per listing, sort and filter. */
export function rowsOf(state: State, place: Place): TableRows {
  if (!isTable(place)) return tableRows(noRows, noRows);
  const all = allRows(state, place);
  const newestOnly = place.kind === "file-sets" && viewOf(state, place).newestOnly === true;
  const arranged = arrange(place.kind, all, state.sorts[place.kind], newestOnly);
  return filtered(arranged, filterOf(state, place));
}

export function cursorIn(state: State, place: Place): Cursor {
  return cursorOf(viewOf(state, place).list, rowsOf(state, place), tableHeight(state));
}

/** The row under the cursor of the place that is shown; of a preview its file, once it is known. */
export function currentRow(state: State): Row | undefined {
  const place = currentPlace(state);
  if (place.kind === "preview") {
    const file = place.file ?? state.previews[placeKey(place)]?.file;
    const listed = allRows(state, { ...place, kind: "files" });
    return file && (listed.find(({ id }) => id === file.id) ?? fileRow(file));
  }
  return rowsOf(state, place).shown[cursorIn(state, place).index];
}

/** The ids of those rows that can be marked: a gap cannot. */
export function markableIds(rows: readonly Row[]): string[] {
  return rows.flatMap(({ id, kind }) => (kind === "gap" ? [] : [id]));
}

/** What is marked at `place`; a range that is being marked counts as far as the cursor. */
export function marksIn(state: State, place: Place): ReadonlySet<string> {
  const { marks, rangeFrom } = viewOf(state, place);
  if (rangeFrom === undefined) return marks;
  const rows = rowsOf(state, place);
  const cursor = cursorIn(state, place).index;
  const from = rows.indexOf(rangeFrom) ?? cursor;
  const between = rows.shown.slice(Math.min(from, cursor), Math.max(from, cursor) + 1);
  return new Set([...marks, ...markableIds(between)]);
}

/** True where a row of the place that is shown, hidden ones included, is marked. */
export function hasMarked(state: State): boolean {
  const place = currentPlace(state);
  const marks = marksIn(state, place);
  return isTable(place) && marks.size > 0 && allRows(state, place).some(({ id }) => marks.has(id));
}

/** The marked rows of the place that is shown, hidden ones included, in the order of the list. */
export function markedRows(state: State): readonly Row[] {
  const place = currentPlace(state);
  const marks = marksIn(state, place);
  if (marks.size === 0 || !isTable(place)) return noRows;
  const marked = allRows(state, place).filter(({ id }) => marks.has(id));
  return sorted(place.kind, marked, state.sorts[place.kind]);
}

/** The marked downloads, else the one under the cursor. */
export function chosenTransfers(state: State): Transfer[] {
  const marked = markedRows(state);
  const current = currentRow(state);
  const chosen = marked.length > 0 ? marked : current ? [current] : [];
  return chosen.flatMap((row) => (row.kind === "transfer" ? [row.item] : []));
}
