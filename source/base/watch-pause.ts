import { backoffMs } from "./backoff.ts";

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
