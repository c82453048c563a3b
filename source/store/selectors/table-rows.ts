import {
  fuzzyScore,
  isEmptyFilter,
  matchesEither,
  parseFilter,
} from "../../domain/filter-words.ts";
import { readableSum } from "../../domain/readable.ts";
import { type NameFacts, nameFacts, ownersOf } from "../../text/short-name.ts";
import type { Column } from "../state/columns.ts";
import type { Rows } from "../state/list-view.ts";
import type { Row } from "../state/row.ts";

export interface TableRows extends Rows {
  readonly shown: readonly Row[];
  readonly unfiltered: number;
  /** Includes hidden rows. */
  names(): NameFacts;
  /** Of the first rows, hidden ones too: enough to tell how long names are. */
  firstNames(): readonly string[];
  /** What the names of downloads leave out, by package. */
  owners(): ReadonlyMap<string, string>;
  /** The size of all shown files: "54 MB"; undefined if it is unknown. */
  size(): string | undefined;
  /** True if any row, shown or hidden, fills or wants that column. */
  hasAny(column: Column): boolean;
}

const mostFirst = 200;

/** Facts about all rows of a listing, independent of the filter. */
interface Facts {
  names?: NameFacts;
  firstNames?: readonly string[];
  owners?: ReadonlyMap<string, string>;
  filled: Map<string, boolean>;
}

const factsBefore = new WeakMap<readonly Row[], Facts>();

function factsOf(all: readonly Row[]): Facts {
  let facts = factsBefore.get(all);
  if (!facts) {
    facts = { filled: new Map() };
    factsBefore.set(all, facts);
  }
  return facts;
}

function packageOf(row: Row): string[] {
  if (row.kind !== "transfer" && row.kind !== "group") return [];
  const { file } = row.kind === "group" ? row.item.total : row.item;
  return file.packageName === undefined ? [] : [file.packageName];
}

/** `all` includes the hidden rows. */
export function tableRows(shown: readonly Row[], all: readonly Row[]): TableRows {
  let positions: Map<string, number> | undefined;
  let size: { text: string | undefined } | undefined;
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
    size: () => {
      const sizes = () =>
        shown.flatMap((row) => (row.kind === "file" ? [row.item.fileSizeInBytes] : []));
      size ??= { text: readableSum(sizes()) };
      return size.text;
    },
    names: () => {
      facts.names ??= nameFacts(all.map(({ name }) => name));
      return facts.names;
    },
    firstNames: () => {
      facts.firstNames ??= all.slice(0, mostFirst).map(({ name }) => name);
      return facts.firstNames;
    },
    owners: () => {
      facts.owners ??= ownersOf(all.flatMap(packageOf));
      return facts.owners;
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

export interface FilteredRows {
  text: string;
  all: readonly Row[];
  rows: readonly Row[];
}

/** A longer filter only narrows the last result, unless it has excluded or fuzzy words. */
function where(
  all: readonly Row[],
  text: string,
  before: FilteredRows | undefined,
): readonly Row[] {
  const isLonger = before?.all === all && before.text.trim() !== "" && text.startsWith(before.text);
  return isLonger && !/[!~]/.test(text) ? before.rows : all;
}

/** Fuzzy matches are sorted best first; `before` is the previous result, which a longer filter can reuse. */
export function filteredRows(
  all: readonly Row[],
  text: string,
  before: FilteredRows | undefined,
): FilteredRows {
  const filter = parseFilter(text);
  if (isEmptyFilter(filter)) return { text, all, rows: all };
  const plain = { ...filter, fuzzy: [] };
  const found = where(all, text, before).filter(({ lowered, name, search }) =>
    matchesEither(plain, search, lowered, name),
  );
  if (filter.fuzzy.length === 0) return { text, all, rows: found };
  const scored = found.flatMap((row) => {
    const score = fuzzyScore(filter.fuzzy, row.name);
    return score === undefined ? [] : [{ row, score }];
  });
  scored.sort((left, right) => right.score - left.score);
  return { text, all, rows: scored.map(({ row }) => row) };
}
