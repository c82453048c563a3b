/** Rows that are on the screen already, at another height. */
export interface Scroll {
  /** First and last row that the move touches. */
  top: number;
  bottom: number;
  /** Rows that they go up; below zero: down. */
  up: number;
}

const leastRows = 3;

interface Found {
  first: number;
  last: number;
  gain: number;
}

/** The run of rows that gains most: rows that come right by the move count for it, those it spoils against. */
function bestRun(before: readonly string[], after: readonly string[], up: number): Found {
  let best: Found = { first: 0, last: 0, gain: 0 };
  let first = 0;
  let gain = 0;
  for (let row = Math.max(0, -up); row < Math.min(after.length, before.length - up); row++) {
    if (gain <= 0) {
      gain = 0;
      first = row;
    }
    const comesRight = after[row] === before[row + up];
    const wasRight = after[row] === before[row];
    if (comesRight !== wasRight) gain += comesRight ? 1 : -1;
    if (gain > best.gain) best = { first, last: row, gain };
  }
  return best;
}

/** The block of rows whose move saves most rows; undefined where none is worth it. */
export function detectScroll(
  before: readonly string[],
  after: readonly string[],
): Scroll | undefined {
  let best: Scroll | undefined;
  let most = leastRows - 1;
  for (let up = 1 - after.length; up < after.length; up++) {
    if (up === 0) continue;
    const { first, gain, last } = bestRun(before, after, up);
    if (gain - Math.abs(up) / 2 <= most) continue;
    most = gain - Math.abs(up) / 2;
    best = { top: Math.min(first, first + up), bottom: Math.max(last, last + up), up };
  }
  return best;
}
