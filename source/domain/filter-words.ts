import { fuzzyMatch } from "./fuzzy.ts";

export interface WordFilter {
  wanted: readonly string[];
  unwanted: readonly string[];
  /** The letters of each must occur in the name in order, with gaps allowed. */
  fuzzy: readonly string[];
  /** Smart case: the words with an upper-case letter. */
  cased: ReadonlySet<string>;
}

const marks = ["!", "~"];
/** Shortened names show it between their words, and users type what they see. */
const shownBetweenWords = "·";

function casedOf(words: readonly string[]): ReadonlySet<string> {
  return new Set(words.filter((word) => word !== word.toLowerCase()));
}

/** All words must match; `!word` excludes; `~word` is fuzzy. */
export function parseFilter(text: string): WordFilter {
  const words = text
    .split(/\s+/)
    .filter((word) => !["", shownBetweenWords, ...marks].includes(word));
  const behind = (mark: string) =>
    words.filter((word) => word.startsWith(mark)).map((word) => word.slice(1));
  const wanted = words.filter((word) => !marks.includes(word.charAt(0)));
  const [unwanted, fuzzy] = [behind("!"), behind("~")];
  return { wanted, unwanted, fuzzy, cased: casedOf([...wanted, ...unwanted, ...fuzzy]) };
}

/** The whole text must occur as it is typed, in smart case. */
export function parsePhrase(text: string): WordFilter {
  const wanted = text === "" ? [] : [text];
  return { wanted, unwanted: [], fuzzy: [], cased: casedOf(wanted) };
}

export function isEmptyFilter({ fuzzy, unwanted, wanted }: WordFilter): boolean {
  return wanted.length + unwanted.length + fuzzy.length === 0;
}

/** Fuzzy words are matched against `name`, the others against `text`. */
export function matchesFilter(filter: WordFilter, text: string, name = text): boolean {
  return matchesEither(filter, text, text.toLowerCase(), name);
}

/** `lowered` is `text` in lower case, for words without a capital letter. */
export function matchesEither(
  filter: WordFilter,
  text: string,
  lowered: string,
  name: string,
): boolean {
  const isIn = (word: string) => (filter.cased.has(word) ? text : lowered).includes(word);
  return (
    filter.wanted.every(isIn) &&
    !filter.unwanted.some(isIn) &&
    (filter.fuzzy.length === 0 || fuzzyScore(filter, name) !== undefined)
  );
}

/** The higher the better; undefined if a fuzzy word does not match. */
export function fuzzyScore(filter: WordFilter, name: string): number | undefined {
  const lowered = name.toLowerCase();
  let score = 0;
  for (const word of filter.fuzzy) {
    const match = fuzzyMatch(word, filter.cased.has(word) ? name : lowered);
    if (!match) return undefined;
    score += match.score;
  }
  return score;
}

/** Half-open ranges of code units in `text`, in order and without overlap. */
export function matchRanges(filter: WordFilter, text: string): [from: number, to: number][] {
  const lowered = text.toLowerCase();
  const comparedWith = (word: string) => {
    if (filter.cased.has(word)) return text;
    // Places in a text of another length would be wrong.
    return lowered.length === text.length ? lowered : "";
  };
  const found = filter.fuzzy.flatMap((word) => fuzzyMatch(word, comparedWith(word))?.ranges ?? []);
  for (const word of filter.wanted) {
    const compared = comparedWith(word);
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
