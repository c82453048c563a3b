import { backoffMs } from "../base/backoff.ts";
import type { AppError } from "../base/errors.ts";
import { type Remedy, remedyFor } from "./recovery.ts";

/** Tries without a byte in between, before a failure is the end. */
const tries = 9;
/** Fresh addresses that may be refused one after the other. */
const addresses = 6;
/** Looks for an object that is not there yet. */
const looks = 7;
/** Longer waits that a store asks for are not waited for. */
const longestAskedMs = 300_000;

const usual = { firstDelayMs: 200, longestDelayMs: 30_000 };

export interface Patience {
  /** Before the first look again for an object that is not there yet, in milliseconds; it doubles. */
  retryDelayMs: number;
  random(): number;
}

/**
 * Milliseconds to wait after failure number `attempt` in a row, counted from 1; undefined where it
 * is the end. About two minutes pass before a network that stays away is the end.
 */
export function waitAfter(
  error: AppError,
  attempt: number,
  { retryDelayMs, random }: Patience,
): number | undefined {
  const remedy = remedyFor(error);
  const { retryAfterMs = 0 } = error;
  if (attempt >= mostAttempts(remedy) || retryAfterMs > longestAskedMs) return undefined;
  if (remedy === "wait") {
    const delays = { firstDelayMs: retryDelayMs, longestDelayMs: Math.max(retryDelayMs, 60_000) };
    return backoffMs(attempt, delays, random(), retryAfterMs);
  }
  if (remedy === "fresh-address" && attempt === 1) return retryAfterMs;
  return backoffMs(attempt, usual, random(), retryAfterMs);
}

function mostAttempts(remedy: Remedy): number {
  if (remedy === "final" || remedy === "anew") return 0;
  if (remedy === "fresh-address") return addresses;
  if (remedy === "wait") return looks;
  return tries;
}
