import { type Backoff, backoffMs } from "../base/backoff.ts";
import type { Clock } from "../base/clock.ts";
import { debug } from "../base/debug.ts";
import { AppError, type ErrorKind } from "../base/errors.ts";

/** What a failure calls for. After "restart" nothing that was read so far counts; "final" is not tried again. */
export type Remedy =
  | "refresh-address"
  | "wait-for-object"
  | "throttle"
  | "retry"
  | "restart"
  | "final";

/** Failures of the disk, the account or the service's records do not pass; "not-found" is the service's. */
const finalKinds: ReadonlySet<ErrorKind> = new Set(["disk", "integrity", "sign-in", "not-found"]);

/** The remedy for an error that `locate`, `open` or the reading of a body threw. */
export function remedyFor(error: AppError): Remedy {
  const { status } = error;
  // The address may not be requested at all.
  if (error.reason === "forbidden-address") return "final";
  if (finalKinds.has(error.kind)) return "final";
  if (status === undefined) return error.kind === "service" ? "retry" : "final";
  if (status === 400 || status === 401 || status === 403) return "refresh-address";
  if (status === 404) return "wait-for-object";
  if (status === 412 || status === 416) return "restart";
  if (status === 429 || status === 503) return "throttle";
  if (status === 408 || status >= 500) return "retry";
  return "final";
}

interface RecoveryLimits {
  /** The failure in a row that is the last one, by remedy; the others end at the first. */
  lastFailure: Readonly<Partial<Record<Remedy, number>>>;
  delays: Backoff;
  /** Between two looks for an object that is not there yet. */
  objectDelays?: Backoff;
  /** The longest Retry-After that is honoured. */
  longestRetryAfterMs: number;
}

export class RecoveryPolicy {
  readonly #limits: RecoveryLimits;
  readonly #random: () => number;

  constructor(limits: RecoveryLimits, random: () => number) {
    this.#limits = limits;
    this.#random = random;
  }

  /** Milliseconds to wait after failure number `failures` in a row, from 1; undefined if it is the last. */
  delayFor(error: AppError, failures: number): number | undefined {
    const { lastFailure, delays, objectDelays = delays, longestRetryAfterMs } = this.#limits;
    const remedy = remedyFor(error);
    const { retryAfterMs = 0 } = error;
    if (failures >= (lastFailure[remedy] ?? 0)) return undefined;
    if (retryAfterMs > longestRetryAfterMs) return undefined;
    // The address was probably old, so the first fresh one needs no pause.
    if (remedy === "refresh-address" && failures === 1) return retryAfterMs;
    const wanted = remedy === "wait-for-object" ? objectDelays : delays;
    return backoffMs(failures, wanted, this.#random(), retryAfterMs);
  }
}

/**
 * Waits about two minutes in all for a network that is away. `retryDelayMs` is the wait before the
 * second look for an object that is not there yet.
 */
export function downloadRecovery(retryDelayMs: number, random: () => number): RecoveryPolicy {
  const limits: RecoveryLimits = {
    lastFailure: { "refresh-address": 6, "wait-for-object": 7, throttle: 9, retry: 9 },
    delays: { firstDelayMs: 200, longestDelayMs: 30_000 },
    objectDelays: { firstDelayMs: retryDelayMs, longestDelayMs: Math.max(retryDelayMs, 60_000) },
    longestRetryAfterMs: 300_000,
  };
  return new RecoveryPolicy(limits, random);
}

export interface Recovery {
  fileId: string;
  policy: RecoveryPolicy;
  clock: Pick<Clock, "wait">;
  signal: AbortSignal;
  /** True if something was gained since the attempt began: its failure counts as the first. */
  madeProgress?(): boolean;
  throttle?(): void;
  waiting?(why: AppError, delayMs: number): void;
  resumed?(): void;
}

/**
 * Runs `attempt` until it succeeds or the policy has no further delay, and then rejects with the last
 * failure. What is not an AppError is never tried again.
 */
export async function withRecovery<Result>(
  recovery: Recovery,
  attempt: () => Promise<Result>,
): Promise<Result> {
  const { clock, fileId, policy, signal } = recovery;
  for (let failures = 1; ; failures += 1) {
    try {
      return await attempt();
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      if (recovery.madeProgress?.()) failures = 1;
      const remedy = remedyFor(thrown);
      debug("transfer", { file: fileId, attempt: failures, remedy, because: thrown.answered });
      if (remedy === "throttle") recovery.throttle?.();
      const delayMs = policy.delayFor(thrown, failures);
      if (delayMs === undefined) throw thrown;
      recovery.waiting?.(thrown, delayMs);
      try {
        await clock.wait(delayMs, signal);
      } finally {
        recovery.resumed?.();
      }
    }
  }
}
