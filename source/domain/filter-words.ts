import { fuzzyMatch } from "./fuzzy.ts";

export interface WordFilter {
  wanted: readonly string[];
  unwanted: readonly string[];
  /** The letters of each must occur in the name in order, with gaps allowed. */
  fuzzy: readonly string[];
  /** Smart case: true if the filter has an upper-case letter. */
  matchCase: boolean;
}

const marks = ["!", "~"];
/** Shortened names show it between their words, and users type what they see. */
const shownBetweenWords = "·";

/** All words must match; `!word` excludes; `~word` is fuzzy. */
export function parseFilter(text: string): WordFilter {
  const matchCase = text !== text.toLowerCase();
  const words = text
    .split(/\s+/)
    .filter((word) => !["", shownBetweenWords, ...marks].includes(word));
  const behind = (mark: string) =>
    words.filter((word) => word.startsWith(mark)).map((word) => word.slice(1));
  return {
    wanted: words.filter((word) => !marks.includes(word.charAt(0))),
    unwanted: behind("!"),
    fuzzy: behind("~"),
    matchCase,
  };
}

/** The whole text must occur as it is typed, in smart case. */
export function parsePhrase(text: string): WordFilter {
  const matchCase = text !== text.toLowerCase();
  return { wanted: text === "" ? [] : [text], unwanted: [], fuzzy: [], matchCase };
}

export function isEmptyFilter({ fuzzy, unwanted, wanted }: WordFilter): boolean {
  return wanted.length + unwanted.length + fuzzy.length === 0;
}

/** Fuzzy words are matched against `name`, the others against `text`. */
export function matchesFilter(filter: WordFilter, text: string, name = text): boolean {
  return matchesCompared(filter, filter.matchCase ? text : text.toLowerCase(), name);
}

/** `compared` is in lower case already, unless the filter matches case. */
export function matchesCompared(filter: WordFilter, compared: string, name: string): boolean {
  return (
    filter.wanted.every((word) => compared.includes(word)) &&
    !filter.unwanted.some((word) => compared.includes(word)) &&
    (filter.fuzzy.length === 0 || fuzzyScore(filter, name) !== undefined)
  );
}

/** The higher the better; undefined if a fuzzy word does not match. */
export function fuzzyScore(filter: WordFilter, name: string): number | undefined {
  const compared = filter.matchCase ? name : name.toLowerCase();
  let score = 0;
  for (const word of filter.fuzzy) {
    const match = fuzzyMatch(word, compared);
    if (!match) return undefined;
    score += match.score;
  }
  return score;
}

/** Half-open ranges of code units in `text`, in order and without overlap. */
export function matchRanges(filter: WordFilter, text: string): [from: number, to: number][] {
  const compared = filter.matchCase ? text : text.toLowerCase();
  if (compared.length !== text.length) return [];
  const found = filter.fuzzy.flatMap((word) => fuzzyMatch(word, compared)?.ranges ?? []);
  for (const word of filter.wanted) {
    for (let at = compared.indexOf(word); at !== -1; at = compared.indexOf(word, at + word.length))
      found.push([at, at + word.length]);
  }
  found.sort((left, right) => left[0] - right[0]);
  const ranges: [number, number][] = [];
  for (const [from, to] of found) {
    const last = ranges.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else ranges.push([from, to]);
  }
  return ranges;
}
