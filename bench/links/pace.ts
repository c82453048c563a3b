/** The least that a limit lets through of a larger piece, so that it does not come in crumbs. */
const leastBytes = 16 * 1024;

/** What a limit lets through at once after a pause. */
const burstMs = 2;

/** How much a limit that holds something back makes up for when a timer was late. */
const longestCatchUpMs = 50;

export interface Pace {
  /** How many of these bytes may pass now. */
  offer(bytes: number, nowMs: number): number;
  spend(bytes: number): void;
}

/** Lets so many bytes a second pass. */
export function createPace(bytesPerSecond: number): Pace {
  const bytesPerMs = bytesPerSecond / 1_000;
  let spentUntilMs = Number.NEGATIVE_INFINITY;
  let holdsBack = false;
  return {
    offer(bytes, nowMs) {
      if (bytesPerSecond === Number.POSITIVE_INFINITY) return bytes;
      spentUntilMs = Math.max(spentUntilMs, nowMs - (holdsBack ? longestCatchUpMs : burstMs));
      const free = Math.floor((nowMs - spentUntilMs) * bytesPerMs);
      holdsBack = free < bytes;
      if (!holdsBack) return bytes;
      return free < leastBytes ? 0 : free;
    },
    spend(bytes) {
      spentUntilMs += bytes / bytesPerMs;
    },
  };
}
