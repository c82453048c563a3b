import {
  fuzzyScore,
  isEmptyFilter,
  matchesCompared,
  parseFilter,
} from "../../domain/filter-words.ts";
import type { Entry } from "../entry.ts";

/** Rows with what is compared of each, in lower case; that is made once for many letters of a filter. */
interface Searched {
  entries: readonly Entry[];
  lowered: readonly string[];
}

/** The rows that a filter left, and the filter. */
export interface Narrowed extends Searched {
  text: string;
  all: readonly Entry[];
}

const loweredBefore = new WeakMap<readonly Entry[], readonly string[]>();

function searched(entries: readonly Entry[]): Searched {
  let lowered = loweredBefore.get(entries);
  if (!lowered) {
    lowered = entries.map(({ search }) => search.toLowerCase());
    loweredBefore.set(entries, lowered);
  }
  return { entries, lowered };
}

/** What a longer filter leaves is among what the shorter one left, unless words are unwanted or fuzzy. */
function where(all: readonly Entry[], text: string, before: Narrowed | undefined): Searched {
  const isLonger = before?.all === all && before.text.trim() !== "" && text.startsWith(before.text);
  return isLonger && !/[!~]/.test(text) ? before : searched(all);
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
  if (isEmptyFilter(filter)) return { text, all, entries: all, lowered: [] };
  const { entries, lowered } = where(all, text, before);
  const found: Entry[] = [];
  const foundLowered: string[] = [];
  entries.forEach((entry, index) => {
    const inLowerCase = lowered[index] ?? "";
    const compared = filter.matchCase ? entry.search : inLowerCase;
    if (!matchesCompared(filter, compared, entry.name)) return;
    found.push(entry);
    foundLowered.push(inLowerCase);
  });
  if (filter.fuzzy.length === 0) return { text, all, entries: found, lowered: foundLowered };
  const scored = found.map((entry) => ({ entry, score: fuzzyScore(filter, entry.name) ?? 0 }));
  scored.sort((left, right) => right.score - left.score);
  return { text, all, entries: scored.map(({ entry }) => entry), lowered: [] };
}
