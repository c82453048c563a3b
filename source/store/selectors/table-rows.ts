import {
  fuzzyScore,
  isEmptyFilter,
  matchesCompared,
  parseFilter,
} from "../../domain/filter-words.ts";
import type { Column } from "../state/columns.ts";
import type { Rows } from "../state/list-view.ts";
import type { Row } from "../state/row.ts";

/** The rows of a table as they are shown: sorted and filtered. */
export interface TableRows extends Rows {
  readonly shown: readonly Row[];
  /** How many there are without the filter. */
  readonly unfiltered: number;
  /** Code units of the whole words that all names begin with, hidden ones too: what may be left out first. */
  commonStart(): number;
  /** True where any row, hidden ones too, has something in that column, or wants it. */
  hasAny(column: Column): boolean;
}

function commonStart(rows: readonly Row[]): number {
  const first = rows[0]?.name ?? "";
  let length = first.length;
  for (const { name } of rows) {
    let same = 0;
    while (same < length && name[same] === first[same]) same++;
    length = same;
  }
  return /^.*[-_. ]/.exec(first.slice(0, length))?.[0].length ?? 0;
}

/** What holds for all rows of a listing, whatever the filter. */
interface Facts {
  commonStart?: number;
  filled: Map<string, boolean>;
}

/** They go with the listing's array. */
const factsBefore = new WeakMap<readonly Row[], Facts>();

function factsOf(all: readonly Row[]): Facts {
  let facts = factsBefore.get(all);
  if (!facts) {
    facts = { filled: new Map() };
    factsBefore.set(all, facts);
  }
  return facts;
}

/** `shown` as rows to move in; `all` are those of the listing, hidden ones too. */
export function tableRows(shown: readonly Row[], all: readonly Row[]): TableRows {
  let positions: Map<string, number> | undefined;
  const facts = factsOf(all);
  return {
    shown,
    unfiltered: all.length,
    length: shown.length,
    idAt: (index) => shown[index]?.id,
    indexOf: (id) => {
      positions ??= new Map(shown.map((row, index) => [row.id, index]));
      return positions.get(id);
    },
    commonStart: () => {
      facts.commonStart ??= commonStart(all);
      return facts.commonStart;
    },
    hasAny: (column) => {
      let has = facts.filled.get(column.id);
      if (has === undefined) {
        has = all.some(column.wantedBy ?? ((row) => (column.value(row) ?? "") !== ""));
        facts.filled.set(column.id, has);
      }
      return has;
    },
  };
}

/** The rows that a filter left, and the filter. */
export interface FilteredRows {
  text: string;
  /** What it looked at. */
  all: readonly Row[];
  rows: readonly Row[];
}

/** What a longer filter leaves is among what the shorter one left, unless words are unwanted or fuzzy. */
function where(
  all: readonly Row[],
  text: string,
  before: FilteredRows | undefined,
): readonly Row[] {
  const isLonger = before?.all === all && before.text.trim() !== "" && text.startsWith(before.text);
  return isLonger && !/[!~]/.test(text) ? before.rows : all;
}

/**
 * The rows of `all` that the filter `text` leaves; where it has fuzzy words, those that fit best come
 * first. `before` is what the last one left, if anything.
 */
export function filteredRows(
  all: readonly Row[],
  text: string,
  before: FilteredRows | undefined,
): FilteredRows {
  const filter = parseFilter(text);
  if (isEmptyFilter(filter)) return { text, all, rows: all };
  const plain = { ...filter, fuzzy: [] };
  const found = where(all, text, before).filter(({ lowered, name, search }) =>
    matchesCompared(plain, filter.matchCase ? search : lowered, name),
  );
  if (filter.fuzzy.length === 0) return { text, all, rows: found };
  const scored = found.flatMap((row) => {
    const score = fuzzyScore(filter, row.name);
    return score === undefined ? [] : [{ row, score }];
  });
  scored.sort((left, right) => right.score - left.score);
  return { text, all, rows: scored.map(({ row }) => row) };
}
