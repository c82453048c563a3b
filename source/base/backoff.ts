import { AppError } from "./errors.ts";

export interface Backoff {
  /** Before jitter; doubles with every attempt. */
  firstDelayMs: number;
  longestDelayMs: number;
}

/**
 * Milliseconds before the next try: between half and all of a doubling delay, but at least `askedMs`.
 * `attempt` counts from 1; `random` is in [0, 1).
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

export const leastPauseMs = minuteMs;

/**
 * Milliseconds until the next run: the interval plus up to a tenth, which spreads out the requests of many
 * watchers. After `failures` failed runs in a row it backs off from two minutes. `random` is in [0, 1).
 */
export function watchPauseMs(everyMs: number, failures: number, random: number): number {
  if (failures === 0) return Math.round(everyMs * (1 + random / 10));
  const longestDelayMs = Math.max(everyMs, hourMs);
  const delayMs = backoffMs(failures, { firstDelayMs: 2 * minuteMs, longestDelayMs }, random);
  return Math.max(leastPauseMs, delayMs);
}

/**
 * True if the failure of run number `runs`, counted from 1, must end a watch: a refused sign-in is never
 * repeated, and if the first run finds nothing, its options are wrong.
 */
export function endsRepeating(thrown: unknown, runs: number): boolean {
  if (!(thrown instanceof AppError)) return true;
  if (thrown.kind === "sign-in") return thrown.reason !== "session-quota";
  if (thrown.kind === "service" || thrown.kind === "integrity") return false;
  return runs === 1 || thrown.kind === "usage" || thrown.kind === "interrupted";
}
