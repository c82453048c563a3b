/** `ranges` are half-open, in code units and in order. */
export interface FuzzyMatch {
  /** Higher is better: exact, prefix, start of a word, within, scattered; then shorter texts. */
  score: number;
  ranges: [from: number, to: number][];
}

const tier = 10_000;

const isDigit = (code: number) => code >= 48 && code <= 57;

function isLetter(code: number): boolean {
  if (code > 127) return /\p{L}/u.test(String.fromCharCode(code));
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
}

/** True after anything but a letter or digit, and at a digit after a letter. */
function isWordStart(text: string, at: number): boolean {
  if (at === 0) return true;
  const before = text.charCodeAt(at - 1);
  if (isDigit(before)) return false;
  return !isLetter(before) || isDigit(text.charCodeAt(at));
}

/** The best place of the unbroken `word`: at the start of a word if possible. */
function whole(word: string, text: string): { at: number; rank: number } | undefined {
  let first = -1;
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    if (at === 0) return { at, rank: text.length === word.length ? 4 : 3 };
    if (isWordStart(text, at)) return { at, rank: 2 };
    if (first === -1) first = at;
  }
  return first === -1 ? undefined : { at: first, rank: 1 };
}

/** The characters of `word` in order, packed back from the end of their first match. */
function scattered(word: string, text: string): [from: number, to: number][] | undefined {
  let end = 0;
  for (const character of word) {
    const at = text.indexOf(character, end);
    if (at === -1) return undefined;
    end = at + character.length;
  }
  const ranges: [number, number][] = [];
  for (const character of Array.from(word).reverse()) {
    const at = text.lastIndexOf(character, end - character.length);
    const next = ranges[0];
    if (next && next[0] === at + character.length) next[0] = at;
    else ranges.unshift([at, at + character.length]);
    end = at;
  }
  return ranges;
}

/** Case-sensitive; undefined if `word` does not match. */
export function fuzzyMatch(word: string, text: string): FuzzyMatch | undefined {
  if (word === "") return { score: 0, ranges: [] };
  const found = whole(word, text);
  const shortness = Math.max(0, 1_000 - text.length);
  if (found) {
    const score = found.rank * tier + shortness;
    return { score, ranges: [[found.at, found.at + word.length]] };
  }
  const ranges = scattered(word, text);
  if (!ranges) return undefined;
  const starts = ranges.filter(([from]) => isWordStart(text, from)).length;
  const spread = (ranges.at(-1)?.[1] ?? 0) - (ranges[0]?.[0] ?? 0) - word.length;
  const score = 5_000 + starts * 100 - ranges.length * 50 - Math.min(spread, 2_000);
  return { score: Math.max(1, score), ranges };
}
