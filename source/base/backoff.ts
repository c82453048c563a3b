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
