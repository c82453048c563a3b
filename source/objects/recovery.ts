import { type Backoff, backoffMs } from "../base/backoff.ts";
import { debug } from "../base/debug.ts";
import { AppError, type ErrorKind } from "../base/errors.ts";
import type { Clock } from "../base/waiting.ts";

export interface ReadWords {
  name: string;
  /** Begins the error: "Fetching a.csv". */
  tried: string;
  advice: string;
}

export function fetchingWords(name: string): ReadWords {
  return { name, tried: `Fetching ${name}`, advice: "Check the network, then try again." };
}

/** The object differs from the one read before, so their bytes must not be mixed. */
export class ObjectChanged extends Error {
  override readonly name = "ObjectChanged";
}

/** A body that broke off or an invalid answer; a retry may succeed. */
export function brokenError(
  { tried, advice }: ReadWords,
  answered: string,
  cause?: unknown,
): AppError {
  return new AppError({ kind: "service", tried, answered, advice, reason: "network", cause });
}

export function stalledError({ tried, advice }: ReadWords, timeoutMs: number): AppError {
  const answered = `no data for ${Math.round(timeoutMs / 1_000)}s`;
  return new AppError({ kind: "service", tried, answered, advice, reason: "silence" });
}

/** The object was still missing after all retries. */
export function absentError(name: string, cause: AppError): AppError {
  return cause.withFacts({
    kind: "not-found",
    tried: `Fetching ${name}`,
    advice:
      "The file is not in the store yet, or no longer. Try again later, or refresh the list of its file set.",
  });
}

/** `differed` describes how the bytes differ: "its md5 is …, the service lists …"; `brief` without values. */
export function corruptError(name: string, differed: string, brief?: string): AppError {
  return new AppError({
    kind: "integrity",
    tried: `Verifying ${name}`,
    answered: differed,
    brief,
    advice:
      "The file was removed. Try again later; if it keeps happening, contact your LSEG representative.",
    reason: "damaged",
  });
}

export function sizeError(name: string, bytes: number, listedBytes: number | undefined): AppError {
  return corruptError(name, `it has ${bytes} bytes, the service lists ${listedBytes} bytes`);
}

/** "restart" discards everything read so far; "final" is not retried. */
export type Remedy =
  | "refresh-address"
  | "wait-for-object"
  | "throttle"
  | "retry"
  | "restart"
  | "final";

/** A retry does not help against these kinds; "not-found" is the service's own answer. */
const finalKinds: ReadonlySet<ErrorKind> = new Set(["disk", "integrity", "sign-in", "not-found"]);

/** The remedy for an error of `locate`, `open` or the reading of a body. */
export function remedyFor(error: AppError): Remedy {
  const { status } = error;
  if (error.reason === "forbidden-address" || finalKinds.has(error.kind)) return "final";
  if (status === undefined) return error.kind === "service" ? "retry" : "final";
  if (status === 400 || status === 401 || status === 403) return "refresh-address";
  if (status === 404) return "wait-for-object";
  if (status === 412 || status === 416) return "restart";
  if (status === 429 || status === 503) return "throttle";
  if (status === 408 || status >= 500) return "retry";
  return "final";
}

const gatewayStatuses: readonly (number | undefined)[] = [502, 503, 504];

/** True if nothing answered, or a gateway did: the network or the service is away and may return. */
function isAway({ kind, reason, status }: AppError): boolean {
  const isUnanswered = kind === "service" && (reason === "network" || reason === "silence");
  return status === undefined ? isUnanswered : gatewayStatuses.includes(status);
}

interface RecoveryLimits {
  /** Consecutive failures after which to give up, by remedy; other failures are not retried. */
  lastFailure: Readonly<Partial<Record<Remedy, number>>>;
  delays: Backoff;
  /** Delays while the object does not exist yet. */
  objectDelays?: Backoff;
  /** Retries without end while the network or the service is away. */
  isEndless?: boolean;
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

  /** Milliseconds to wait after consecutive failure `failures`, from 1; undefined if it is the last. */
  delayFor(error: AppError, failures: number): number | undefined {
    const { lastFailure, delays, objectDelays = delays, longestRetryAfterMs } = this.#limits;
    const remedy = remedyFor(error);
    const { retryAfterMs = 0 } = error;
    const canEnd = !(this.#limits.isEndless && isAway(error));
    const isLast = canEnd && failures >= (lastFailure[remedy] ?? 0);
    if (isLast || retryAfterMs > longestRetryAfterMs) return undefined;
    // The address was probably old, so the first fresh one needs no pause.
    if (remedy === "refresh-address" && failures === 1) return retryAfterMs;
    const backoff = remedy === "wait-for-object" ? objectDelays : delays;
    return backoffMs(failures, backoff, this.#random(), retryAfterMs);
  }
}

export interface DownloadRecovery {
  /** The first delay for a missing object. */
  retryDelayMs: number;
  /** While the network is away, retries until the run is aborted; otherwise the waits add up to a minute. */
  retriesUntilStopped: boolean;
  clock: Pick<Clock, "random">;
}

export function downloadRecovery({
  retryDelayMs,
  retriesUntilStopped,
  clock,
}: DownloadRecovery): RecoveryPolicy {
  const limits: RecoveryLimits = {
    lastFailure: { "refresh-address": 6, "wait-for-object": 7, throttle: 9, retry: 9 },
    delays: { firstDelayMs: 200, longestDelayMs: 30_000 },
    objectDelays: { firstDelayMs: retryDelayMs, longestDelayMs: Math.max(retryDelayMs, 60_000) },
    longestRetryAfterMs: 300_000,
    isEndless: retriesUntilStopped,
  };
  return new RecoveryPolicy(limits, clock.random);
}

export interface Recovery {
  fileId: string;
  policy: RecoveryPolicy;
  clock: Pick<Clock, "wait">;
  signal: AbortSignal;
  /** True if the attempt made progress: its failure counts as the first. */
  madeProgress?(): boolean;
  throttle?(): void;
  /** Retry `attempt`, from 1, follows after the delay. */
  waiting?(why: AppError, delayMs: number, attempt: number): void;
  resumed?(): void;
}

/** Retries `attempt` after AppErrors until the policy gives up, then rejects with the last one. */
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
      recovery.waiting?.(thrown, delayMs, failures);
      try {
        await clock.wait(delayMs, signal);
      } finally {
        recovery.resumed?.();
      }
    }
  }
}
