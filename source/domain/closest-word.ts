/** Words with more edits are not suggested. */
const mostEdits = 2;
const mostEditsPerLetter = 0.34;

/** The candidate with the fewest edits, at most two; undefined if none is close. */
export function closestWord(word: string, candidates: readonly string[]): string | undefined {
  const typed = word.toLowerCase();
  let found: string | undefined;
  let fewest = mostEdits + 1;
  for (const candidate of candidates) {
    const edits = editsBetween(typed, candidate.toLowerCase());
    const isClose = edits <= mostEditsPerLetter * Math.max(typed.length, candidate.length);
    if (!isClose || edits >= fewest) continue;
    found = candidate;
    fewest = edits;
  }
  return found;
}

/** Damerau-Levenshtein distance (optimal string alignment). */
function editsBetween(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row += 1) {
    const present = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const isSame = left[row - 1] === right[column - 1];
      const isSwapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      const swapped = isSwapped ? beforeLast[column - 2] : undefined;
      present.push(
        Math.min(
          (last[column] ?? 0) + 1,
          (present[column - 1] ?? 0) + 1,
          (last[column - 1] ?? 0) + (isSame ? 0 : 1),
          (swapped ?? Number.POSITIVE_INFINITY) + 1,
        ),
      );
    }
    beforeLast = last;
    last = present;
  }
  return last[right.length] ?? 0;
}
