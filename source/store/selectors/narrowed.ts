import {
  fuzzyScore,
  isEmptyFilter,
  matchesCompared,
  parseFilter,
} from "../../domain/filter-words.ts";
import type { Entry } from "../state/row.ts";

/** The rows that a filter left, and the filter. */
export interface Narrowed {
  text: string;
  /** What it looked at. */
  all: readonly Entry[];
  entries: readonly Entry[];
}

/** What a longer filter leaves is among what the shorter one left, unless words are unwanted or fuzzy. */
function where(
  all: readonly Entry[],
  text: string,
  before: Narrowed | undefined,
): readonly Entry[] {
  const isLonger = before?.all === all && before.text.trim() !== "" && text.startsWith(before.text);
  return isLonger && !/[!~]/.test(text) ? before.entries : all;
}

/**
 * The rows of `all` that the filter `text` leaves; where it has fuzzy words, those that fit best come
 * first. `before` is what the last one left, if anything.
 */
export function narrowed(
  all: readonly Entry[],
  text: string,
  before: Narrowed | undefined,
): Narrowed {
  const filter = parseFilter(text);
  if (isEmptyFilter(filter)) return { text, all, entries: all };
  const plain = { ...filter, fuzzy: [] };
  const found = where(all, text, before).filter(({ lowered, name, search }) =>
    matchesCompared(plain, filter.matchCase ? search : lowered, name),
  );
  if (filter.fuzzy.length === 0) return { text, all, entries: found };
  const scored = found.flatMap((entry) => {
    const score = fuzzyScore(filter, entry.name);
    return score === undefined ? [] : [{ entry, score }];
  });
  scored.sort((left, right) => right.score - left.score);
  return { text, all, entries: scored.map(({ entry }) => entry) };
}
