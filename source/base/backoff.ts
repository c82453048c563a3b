export interface Backoff {
  /** Before jitter; it doubles with every attempt. */
  firstDelayMs: number;
  longestDelayMs: number;
}

/**
 * Milliseconds before try number `attempt` + 1: between half and the whole of a delay that doubles.
 * What the service asked for (`askedMs`) is the least. `attempt` counts from 1, `random` is in [0, 1).
 */
export function backoffMs(
  attempt: number,
  { firstDelayMs, longestDelayMs }: Backoff,
  random: number,
  askedMs = 0,
): number {
  const ceilingMs = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(attempt - 1, 30));
  return Math.max(askedMs, Math.round(ceilingMs / 2 + (ceilingMs / 2) * random));
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
