import { fuzzyMatch } from "./fuzzy.ts";

interface FilterWord {
  text: string;
  /** Smart case: true if the word has an upper-case letter. */
  matchesCase: boolean;
}

export interface WordFilter {
  wanted: readonly FilterWord[];
  unwanted: readonly FilterWord[];
  /** The letters of each must occur in the name in order, with gaps allowed. */
  fuzzy: readonly FilterWord[];
}

const marks = ["!", "~"];
/** Shortened names show it between their words, and users type what they see. */
const shownBetweenWords = "·";

function toWord(text: string): FilterWord {
  return { text, matchesCase: text !== text.toLowerCase() };
}

/** All words must match; `!word` excludes; `~word` is fuzzy. */
export function parseFilter(text: string): WordFilter {
  const words = text
    .split(/\s+/)
    .filter((word) => !["", shownBetweenWords, ...marks].includes(word));
  const behind = (mark: string) =>
    words.filter((word) => word.startsWith(mark)).map((word) => toWord(word.slice(1)));
  const wanted = words.filter((word) => !marks.includes(word.charAt(0))).map(toWord);
  return { wanted, unwanted: behind("!"), fuzzy: behind("~") };
}

/** The whole text must occur as it is typed, in smart case. */
export function parsePhrase(text: string): WordFilter {
  return { wanted: text === "" ? [] : [toWord(text)], unwanted: [], fuzzy: [] };
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
  { wanted, unwanted, fuzzy }: WordFilter,
  text: string,
  lowered: string,
  name: string,
): boolean {
  // Loops, because a list of 100,000 rows is filtered with each key.
  for (const word of wanted)
    if (!(word.matchesCase ? text : lowered).includes(word.text)) return false;
  for (const word of unwanted)
    if ((word.matchesCase ? text : lowered).includes(word.text)) return false;
  return fuzzy.length === 0 || fuzzyScore(fuzzy, name) !== undefined;
}

/** The higher the better; undefined if a word does not match. */
export function fuzzyScore(words: WordFilter["fuzzy"], name: string): number | undefined {
  const lowered = name.toLowerCase();
  let score = 0;
  for (const word of words) {
    const match = fuzzyMatch(word.text, word.matchesCase ? name : lowered);
    if (!match) return undefined;
    score += match.score;
  }
  return score;
}

/** Half-open ranges of code units in `text`, in order and without overlap. */
export function matchRanges(filter: WordFilter, text: string): [from: number, to: number][] {
  const lowered = text.toLowerCase();
  const comparedWith = ({ matchesCase }: FilterWord) => {
    if (matchesCase) return text;
    // Places in a text of another length would be wrong.
    return lowered.length === text.length ? lowered : "";
  };
  const found = filter.fuzzy.flatMap(
    (word) => fuzzyMatch(word.text, comparedWith(word))?.ranges ?? [],
  );
  for (const word of filter.wanted) {
    const compared = comparedWith(word);
    const { length } = word.text;
    for (
      let at = compared.indexOf(word.text);
      at !== -1;
      at = compared.indexOf(word.text, at + length)
    )
      found.push([at, at + length]);
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
