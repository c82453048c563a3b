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
import { type Entry, fileEntry, transferEntry } from "../state/row.ts";
import { type Sort, sorted } from "../state/sort.ts";
import type { State } from "../state/state.ts";
import { tableHeight } from "./layout.ts";
import { type Newest, newestOf, withGaps } from "./newest.ts";
import { type Narrowed, narrowed, type TableRows, tableRows } from "./table-rows.ts";

export type { TableRows } from "./table-rows.ts";

interface Shown {
  entries: readonly Entry[];
  sort: Sort | undefined;
  newestOnly: boolean;
  newest: Newest | undefined;
  ordered: readonly Entry[];
  found?: Narrowed;
  rows?: TableRows;
}

/** What was computed last for a listing; it goes with the listing's array. */
const shownBefore = new WeakMap<readonly Entry[], Shown>();
const transferEntries = new WeakMap<object, readonly Entry[]>();
const noEntries: readonly Entry[] = [];
const newView: PlaceView = { list: atTheTop, filter: "", marks: new Set() };

/** What was shown last of each kind: a list that grows keeps its order, and only what is new is put in. */
const shownLast: Partial<Record<TableKind, Shown>> = {};

function isGrown(entries: readonly Entry[], { entries: before }: Shown): boolean {
  const last = before.length - 1;
  // Of the same length it may have other rows in between, with a tick more.
  const isLonger = last > 0 && entries.length > before.length;
  return isLonger && entries[0] === before[0] && entries[last] === before[last];
}

function sortedAnew(kind: TableKind, entries: readonly Entry[], sort: Sort | undefined) {
  const last = shownLast[kind];
  const isHelpful = last && !last.newestOnly && last.sort === sort && isGrown(entries, last);
  // What is in order already is sorted fast.
  const begun = isHelpful ? [...last.ordered, ...entries.slice(last.entries.length)] : entries;
  return sorted(kind, begun, sort);
}

function shown(
  kind: TableKind,
  entries: readonly Entry[],
  sort: Sort | undefined,
  filter: string,
  newestOnly: boolean,
): TableRows {
  let before = shownBefore.get(entries);
  if (!before || before.sort !== sort || before.newestOnly !== newestOnly) {
    const newest = newestOnly ? newestOf(entries) : undefined;
    const ordered = newest
      ? sorted(kind, newest.entries, sort)
      : sort === undefined
        ? entries
        : sortedAnew(kind, entries, sort);
    before = { entries, sort, newestOnly, newest, ordered };
    shownBefore.set(entries, before);
    shownLast[kind] = before;
  }
  if (!before.rows || before.found?.text !== filter) {
    const { newest } = before;
    before.found = narrowed(before.ordered, filter, before.found);
    const { entries: found } = before.found;
    before.rows = tableRows(newest ? withGaps(found, newest, sort) : found, entries);
  }
  return before.rows;
}

export function currentPlace(state: State): Place {
  return state.places.at(-1) ?? { kind: "bucket" };
}

export function viewOf(state: State, place: Place): PlaceView {
  return state.views[placeKey(place)] ?? newView;
}

/** All rows of `place` as they came: neither sorted nor filtered. */
export function entriesOf(state: State, place: Place): readonly Entry[] {
  if (isListed(place)) return state.listings[placeKey(place)]?.entries ?? noEntries;
  const { transfers } = state.transfers;
  let entries = transferEntries.get(transfers);
  if (!entries) {
    entries = transfers.map(transferEntry);
    transferEntries.set(transfers, entries);
  }
  return entries;
}

/** The filter that counts now: what is being typed, else what was kept. */
export function filterOf(state: State, place: Place): string {
  return place === currentPlace(state) && state.filterField
    ? state.filterField.text
    : viewOf(state, place).filter;
}

/** The rows of `place`; none where it has no table. Computed once per listing, sort and filter. */
export function rowsOf(state: State, place: Place): TableRows {
  if (!isTable(place)) return tableRows(noEntries, noEntries);
  const entries = entriesOf(state, place);
  const newestOnly = place.kind === "file-sets" && viewOf(state, place).newestOnly === true;
  return shown(place.kind, entries, state.sorts[place.kind], filterOf(state, place), newestOnly);
}

export function cursorIn(state: State, place: Place): Cursor {
  return cursorOf(viewOf(state, place).list, rowsOf(state, place), tableHeight(state));
}

/** The row under the cursor of the place that is shown; of a preview its file, once it is known. */
export function currentEntry(state: State): Entry | undefined {
  const place = currentPlace(state);
  if (place.kind === "preview") {
    const file = place.file ?? state.previews[placeKey(place)]?.file;
    const listed = entriesOf(state, { ...place, kind: "files" });
    return file && (listed.find(({ id }) => id === file.id) ?? fileEntry(file));
  }
  return rowsOf(state, place).entries[cursorIn(state, place).index];
}

/** The ids of those rows that can be marked: a gap cannot. */
export function markableIds(entries: readonly Entry[]): string[] {
  return entries.flatMap(({ id, kind }) => (kind === "gap" ? [] : [id]));
}

/** What is marked at `place`; a range that is being marked counts as far as the cursor. */
export function marksIn(state: State, place: Place): ReadonlySet<string> {
  const { marks, rangeFrom } = viewOf(state, place);
  if (rangeFrom === undefined) return marks;
  const rows = rowsOf(state, place);
  const cursor = cursorIn(state, place).index;
  const from = rows.indexOf(rangeFrom) ?? cursor;
  const between = rows.entries.slice(Math.min(from, cursor), Math.max(from, cursor) + 1);
  return new Set([...marks, ...markableIds(between)]);
}

/** True where a row of the place that is shown, hidden ones included, is marked. */
export function hasMarked(state: State): boolean {
  const place = currentPlace(state);
  const marks = marksIn(state, place);
  return (
    isTable(place) && marks.size > 0 && entriesOf(state, place).some(({ id }) => marks.has(id))
  );
}

/** The marked rows of the place that is shown, hidden ones included, in the order of the list. */
export function markedEntries(state: State): readonly Entry[] {
  const place = currentPlace(state);
  const marks = marksIn(state, place);
  if (marks.size === 0 || !isTable(place)) return noEntries;
  const marked = entriesOf(state, place).filter(({ id }) => marks.has(id));
  return sorted(place.kind, marked, state.sorts[place.kind]);
}

/** The marked downloads, else the one under the cursor. */
export function chosenTransfers(state: State): Transfer[] {
  const marked = markedEntries(state);
  const current = currentEntry(state);
  const entries = marked.length > 0 ? marked : current ? [current] : [];
  return entries.flatMap((entry) => (entry.kind === "transfer" ? [entry.item] : []));
}
