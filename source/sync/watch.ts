import { backoffMs } from "../base/backoff.ts";

export interface Watch {
  everyMs: number;
  /** One run; rejects where it failed. */
  once(): Promise<void>;
  /** True for a failure that no later run can mend; `runs` is how many there were. */
  isFinal(thrown: unknown, runs: number): boolean;
  /** Told of a failure that is not final. */
  failed(thrown: unknown): void;
  /** Resolves after so many milliseconds; rejects where the watch is to end. */
  pause(ms: number): Promise<void>;
  /** In [0, 1), for jitter. */
  random(): number;
}

/** One run after the other, until one fails for good or a pause is ended. It never resolves. */
export async function watch(parts: Watch): Promise<never> {
  let failures = 0;
  for (let runs = 1; ; runs += 1) {
    try {
      await parts.once();
      failures = 0;
    } catch (thrown) {
      if (parts.isFinal(thrown, runs)) throw thrown;
      failures += 1;
      parts.failed(thrown);
    }
    await parts.pause(watchPauseMs(parts.everyMs, failures, parts.random()));
  }
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** The shortest span between two runs. */
export const leastPauseMs = minuteMs;

/**
 * Milliseconds until the next run: the span and up to a tenth more, so that many watchers do not ask at
 * once. After `failures` runs in a row that failed it is tried again sooner at first, then ever more
 * seldom. `random` is in [0, 1).
 */
export function watchPauseMs(everyMs: number, failures: number, random: number): number {
  if (failures === 0) return Math.round(everyMs * (1 + random / 10));
  const longestDelayMs = Math.max(everyMs, hourMs);
  const delayMs = backoffMs(failures, { firstDelayMs: 2 * minuteMs, longestDelayMs }, random);
  return Math.max(leastPauseMs, delayMs);
}
