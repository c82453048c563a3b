import { setTimeout as sleep } from "node:timers/promises";

/** Time and chance, passed in so that a test can decide both. */
export interface Clock {
  /** Milliseconds of a clock that never goes back. */
  nowMs(): number;
  /** Resolves after `ms` milliseconds; rejects with an AbortError when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  /** In [0, 1), for jitter. */
  random(): number;
}

export const systemClock: Clock = {
  nowMs: () => performance.now(),
  wait: (ms, signal) => sleep(ms, undefined, { signal }),
  random: Math.random,
};
