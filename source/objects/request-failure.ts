import { AppError, isAbort } from "../base/errors.ts";
import { diskError } from "../files/disk.ts";
import { WriteFailure } from "../transfer/object/body-writer.ts";
import { silenceError, type Watchdog } from "./stall-timeout.ts";

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
    code: "network",
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
