/** The smallest part of a larger piece that a limit lets through, so that pieces do not get tiny. */
const leastBytes = 16 * 1024;

/** The largest burst after a pause. */
const burstMs = 2;

/** How much delay a busy limit makes up for after a late timer. */
const longestCatchUpMs = 50;

export interface Pace {
  /** Returns how many of these bytes may pass now. */
  offer(bytes: number, nowMs: number): number;
  spend(bytes: number): void;
}

/** Limits the throughput to this many bytes per second. */
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
