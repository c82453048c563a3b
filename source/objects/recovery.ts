import { backoffMs } from "../base/backoff.ts";
import { AppError, type ErrorKind, isAbort } from "../base/errors.ts";
import { diskError, WriteFailure } from "../files/disk.ts";
import { silenceError, type Watchdog } from "./stall-timeout.ts";

/**
 * What a refusal of the object store asks for: a fresh address, patience, a new beginning because the
 * object is another, fewer connections, another try; `final` is not to be tried again.
 */
export type Remedy = "fresh-address" | "wait" | "anew" | "slower" | "again" | "final";

/** What the disk, the account or the service's own records say stays so: "not-found" is the service's. */
const finalKinds: ReadonlySet<ErrorKind> = new Set(["disk", "integrity", "sign-in", "not-found"]);

/** The remedy for an error that `locate`, `open` or the reading of a body gave. */
export function remedyFor(error: AppError): Remedy {
  const { status } = error;
  // An address that must not be asked stays so.
  if (error.reason === "forbidden-address") return "final";
  if (finalKinds.has(error.kind)) return "final";
  if (status === undefined) return error.kind === "service" ? "again" : "final";
  if (status === 400 || status === 401 || status === 403) return "fresh-address";
  if (status === 404) return "wait";
  if (status === 412 || status === 416) return "anew";
  if (status === 429 || status === 503) return "slower";
  if (status === 408 || status >= 500) return "again";
  return "final";
}

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

/** The object is another one than before: what was fetched of the former is worth nothing. */
export class ObjectChanged extends Error {
  override readonly name = "ObjectChanged";
}

/** The server sends everything again, and another request gets it already. */
export class RangesIgnored extends Error {
  override readonly name = "RangesIgnored";
}

/** A body that broke off, or an answer that makes no sense: another try may go well. */
export function brokenError(name: string, answered: string, cause?: unknown): AppError {
  return new AppError({
    kind: "service",
    tried: `Fetching ${name}`,
    answered,
    advice: "Check the network, then start it again.",
    reason: "network",
    cause,
  });
}

/** The object stayed away for as long as is waited. */
export function absentError(name: string, cause: AppError): AppError {
  return cause.retold({
    kind: "not-found",
    tried: `Fetching ${name}`,
    advice: "It is not there yet, or no longer: try again later, or list its file set again.",
  });
}

/** What a request threw, as an AppError, ObjectChanged, or the AbortError of a run that ends. */
export function requestFailure(
  thrown: unknown,
  name: string,
  watchdog: Watchdog,
  silenceMs: number,
): unknown {
  if (thrown instanceof WriteFailure) return diskError(thrown.cause, `Saving ${name}`);
  if (watchdog.barked()) return silenceError(`Fetching ${name}`, silenceMs);
  if (thrown instanceof AppError || isAbort(thrown)) return thrown;
  if (thrown instanceof ObjectChanged || thrown instanceof RangesIgnored) return thrown;
  return brokenError(name, thrown instanceof Error ? thrown.message : String(thrown), thrown);
}
