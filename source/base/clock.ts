import { setTimeout as sleep } from "node:timers/promises";

/** Passed in so that tests control time and randomness. */
export interface Clock {
  /** Monotonic milliseconds. */
  nowMs(): number;
  /** Rejects with an AbortError when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  /** In [0, 1), for jitter. */
  random(): number;
}

export const systemClock: Clock = {
  nowMs: () => performance.now(),
  wait: (ms, signal) => sleep(ms, undefined, { signal }),
  random: Math.random,
};
