import {
  fuzzyScore,
  isEmptyFilter,
  matchesFilter,
  parseFilter,
} from "../../domain/filter-words.ts";
import type { Column } from "../column.ts";
import { type Entry, transferEntry } from "../entry.ts";
import { tableHeight } from "../layout.ts";
import { atTheTop, type Cursor, cursorOf, type Rows } from "../list-view.ts";
import { isListed, isTable, type Place, placeKey, type TableKind } from "../place.ts";
import { type Sort, sorted } from "../sort-entries.ts";
import type { PlaceView, State } from "../state.ts";
import { newestOf, withGaps } from "./newest.ts";

/** The rows of a table as they are shown: sorted and filtered. */
export interface TableRows extends Rows {
  readonly entries: readonly Entry[];
  /** How many there are without the filter. */
  readonly unfiltered: number;
  /** Code units of the whole words that all names begin with, hidden ones too: what may be left out first. */
  commonStart(): number;
  /** True where any row, hidden ones too, has something in that column. */
  hasAny(column: Column): boolean;
}

function commonStart(entries: readonly Entry[]): number {
  const first = entries[0]?.name ?? "";
  let length = first.length;
  for (const { name } of entries) {
    let same = 0;
    while (same < length && name[same] === first[same]) same++;
    length = same;
  }
  return /^.*[-_. ]/.exec(first.slice(0, length))?.[0].length ?? 0;
}

interface Shown {
  sort: Sort | undefined;
  newestOnly: boolean;
  ordered: readonly Entry[];
  filter?: string;
  rows?: TableRows;
}

/** What was computed last for a listing; it goes with the listing's array. */
const shownBefore = new WeakMap<readonly Entry[], Shown>();
const transferEntries = new WeakMap<object, readonly Entry[]>();
const noEntries: readonly Entry[] = [];
const newView: PlaceView = { list: atTheTop, filter: "", marks: new Set() };

function tableRows(entries: readonly Entry[], all: readonly Entry[]): TableRows {
  let positions: Map<string, number> | undefined;
  let common: number | undefined;
  const filled = new Map<string, boolean>();
  return {
    entries,
    unfiltered: all.length,
    length: entries.length,
    idAt: (index) => entries[index]?.id,
    indexOf: (id) => {
      positions ??= new Map(entries.map((entry, index) => [entry.id, index]));
      return positions.get(id);
    },
    commonStart: () => {
      common ??= commonStart(all);
      return common;
    },
    hasAny: (column) => {
      let has = filled.get(column.id);
      if (has === undefined) {
        has = all.some((entry) => column.text(entry) !== "");
        filled.set(column.id, has);
      }
      return has;
    },
  };
}

/** The rows that the filter leaves; where it has fuzzy words, those that fit best come first. */
function narrowed(entries: readonly Entry[], text: string): readonly Entry[] {
  const filter = parseFilter(text);
  if (isEmptyFilter(filter)) return entries;
  const found = entries.filter(({ name, search }) => matchesFilter(filter, search, name));
  if (filter.fuzzy.length === 0) return found;
  const scored = found.map((entry) => ({ entry, score: fuzzyScore(filter, entry.name) ?? 0 }));
  return scored.sort((left, right) => right.score - left.score).map(({ entry }) => entry);
}

function shown(
  kind: TableKind,
  entries: readonly Entry[],
  sort: Sort | undefined,
  filter: string,
  newestOnly: boolean,
): TableRows {
  const newest = newestOnly ? newestOf(entries) : undefined;
  let before = shownBefore.get(entries);
  if (!before || before.sort !== sort || before.newestOnly !== newestOnly) {
    before = { sort, newestOnly, ordered: sorted(kind, newest?.entries ?? entries, sort) };
    shownBefore.set(entries, before);
  }
  if (!before.rows || before.filter !== filter) {
    before.filter = filter;
    const found = narrowed(before.ordered, filter);
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

/** The row under the cursor of the place that is shown. */
export function currentEntry(state: State): Entry | undefined {
  const place = currentPlace(state);
  return rowsOf(state, place).entries[cursorIn(state, place).index];
}

/** What is marked at `place`; a range that is being marked counts as far as the cursor. */
export function marksIn(state: State, place: Place): ReadonlySet<string> {
  const { marks, rangeFrom } = viewOf(state, place);
  if (rangeFrom === undefined) return marks;
  const rows = rowsOf(state, place);
  const cursor = cursorIn(state, place).index;
  const from = rows.indexOf(rangeFrom) ?? cursor;
  const between = rows.entries.slice(Math.min(from, cursor), Math.max(from, cursor) + 1);
  return new Set([...marks, ...between.map(({ id }) => id)]);
}

/** The marked rows of the place that is shown, hidden ones included, in the order of the list. */
export function markedEntries(state: State): readonly Entry[] {
  const place = currentPlace(state);
  const marks = marksIn(state, place);
  if (marks.size === 0 || !isTable(place)) return noEntries;
  const marked = entriesOf(state, place).filter(({ id }) => marks.has(id));
  return sorted(place.kind, marked, state.sorts[place.kind]);
}
