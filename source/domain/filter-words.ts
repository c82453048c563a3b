/** What a person typed to narrow a list, taken apart. */
export interface WordFilter {
  /** Every one must occur. */
  wanted: readonly string[];
  /** None may occur. */
  unwanted: readonly string[];
  /** Smart case: a filter with an upper-case letter is compared as it is. */
  matchCase: boolean;
}

/** `text` as a filter: words with spaces between must all occur, `!word` must not. */
export function parseFilter(text: string): WordFilter {
  const matchCase = text !== text.toLowerCase();
  const words = text.split(/\s+/).filter((word) => word !== "" && word !== "!");
  return {
    wanted: words.filter((word) => !word.startsWith("!")),
    unwanted: words.filter((word) => word.startsWith("!")).map((word) => word.slice(1)),
    matchCase,
  };
}

/** True when `text` has all that the filter wants and nothing that it does not. */
export function matchesFilter(filter: WordFilter, text: string): boolean {
  const compared = filter.matchCase ? text : text.toLowerCase();
  return (
    filter.wanted.every((word) => compared.includes(word)) &&
    !filter.unwanted.some((word) => compared.includes(word))
  );
}

/** Where the wanted words occur in `text`: half-open ranges of code units, in order, without overlap. */
export function matchRanges(filter: WordFilter, text: string): [from: number, to: number][] {
  const compared = filter.matchCase ? text : text.toLowerCase();
  if (compared.length !== text.length) return [];
  const found: [number, number][] = [];
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
