import { setTimeout as wait } from "node:timers/promises";
import { type Backoff, backoffMs } from "../base/backoff.ts";
import { debug } from "../base/debug.ts";
import { AppError } from "../base/errors.ts";

/** Statuses that say "not now" rather than "no". */
const passing: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/** A Retry-After that asks for more than the longest delay ends the retries. */
export interface RetryPolicy extends Backoff {
  /** How often a request is sent at most. */
  tries: number;
}

export const retryPolicy: RetryPolicy = { tries: 4, firstDelayMs: 500, longestDelayMs: 60_000 };

/** For who tries again otherwise. */
export const noRetries: RetryPolicy = { ...retryPolicy, tries: 1 };

/**
 * Milliseconds to wait before the next try, or undefined when there is none: the failure would not
 * pass, or the tries are used up. `attempt` counts from 1; `random` is in [0, 1).
 */
export function retryDelayMs(
  error: AppError,
  attempt: number,
  policy: RetryPolicy,
  random: number,
): number | undefined {
  const mayPass =
    error.reason === "network" || (error.status !== undefined && passing.has(error.status));
  if (!mayPass || attempt >= policy.tries) return undefined;
  if (error.retryAfterMs !== undefined) {
    return error.retryAfterMs <= policy.longestDelayMs ? error.retryAfterMs : undefined;
  }
  return backoffMs(attempt, policy, random);
}

const triedOut = new WeakSet<AppError>();

/** The same promise, whose failure no `withRetries` around it tries again: its work has tries of its own. */
export async function triedWithin<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (thrown) {
    if (thrown instanceof AppError) triedOut.add(thrown);
    throw thrown;
  }
}

/** Runs `work` again while its AppError may pass. An abort ends the waiting at once. */
export async function withRetries<Result>(
  work: () => Promise<Result>,
  policy: RetryPolicy,
  signal?: AbortSignal,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (thrown) {
      if (!(thrown instanceof AppError) || triedOut.has(thrown)) throw thrown;
      const delayMs = retryDelayMs(thrown, attempt, policy, Math.random());
      if (delayMs === undefined) throw thrown;
      debug("retry", { attempt, because: thrown.answered, ms: delayMs });
      await wait(delayMs, undefined, { signal });
    }
  }
}
