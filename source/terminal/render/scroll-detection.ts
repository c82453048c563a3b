export interface Scroll {
  /** The first and last row of the scrolled region. */
  top: number;
  bottom: number;
  /** Rows to scroll up; negative scrolls down. */
  up: number;
}

const leastRows = 3;

interface Found {
  first: number;
  last: number;
  gain: number;
}

/** Finds the run of rows where the scroll corrects the most rows, minus those it spoils. */
function bestRun(before: readonly string[], after: readonly string[], up: number): Found {
  let best: Found = { first: 0, last: 0, gain: 0 };
  let first = 0;
  let gain = 0;
  for (let row = Math.max(0, -up); row < Math.min(after.length, before.length - up); row++) {
    if (gain <= 0) {
      gain = 0;
      first = row;
    }
    const isCorrected = after[row] === before[row + up];
    const wasRight = after[row] === before[row];
    if (isCorrected !== wasRight) gain += isCorrected ? 1 : -1;
    if (gain > best.gain) best = { first, last: row, gain };
  }
  return best;
}

/** Returns undefined if no scroll saves enough rows. */
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
