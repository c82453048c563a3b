import { setTimeout as wait } from "node:timers/promises";
import { type Backoff, backoffMs } from "../base/backoff.ts";
import { debug } from "../base/debug.ts";
import { AppError } from "../base/errors.ts";

const passing: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/** A Retry-After longer than the longest delay ends the retries. */
export interface RetryPolicy extends Backoff {
  tries: number;
}

export const retryPolicy: RetryPolicy = { tries: 4, firstDelayMs: 500, longestDelayMs: 60_000 };

/** For callers that retry by themselves. */
export const noRetries: RetryPolicy = { ...retryPolicy, tries: 1 };

/**
 * Milliseconds before the next try; undefined if the failure is final or no tries remain. `attempt` counts
 * from 1; `random` is in [0, 1).
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

export interface Tries {
  spent: number;
}

/** Awaits work that retries by itself; if it fails, uses up `tries`, so that retries do not multiply. */
export async function spendingTries<Result>(tries: Tries, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (thrown) {
    tries.spent = Number.POSITIVE_INFINITY;
    throw thrown;
  }
}

/** Retries `work` while its AppError may pass and tries remain. An abort ends the wait at once. */
export async function withRetries<Result>(
  work: (tries: Tries) => Promise<Result>,
  policy: RetryPolicy,
  signal?: AbortSignal,
): Promise<Result> {
  for (const tries: Tries = { spent: 1 }; ; tries.spent += 1) {
    try {
      return await work(tries);
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      const delayMs = retryDelayMs(thrown, tries.spent, policy, Math.random());
      if (delayMs === undefined) throw thrown;
      debug("retry", { attempt: tries.spent, because: thrown.answered, ms: delayMs });
      await wait(delayMs, undefined, { signal });
    }
  }
}
