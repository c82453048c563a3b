import type { AppError, ErrorKind } from "../base/errors.ts";

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
  if (error.code === "address") return "final";
  if (finalKinds.has(error.kind)) return "final";
  if (status === undefined) return error.kind === "service" ? "again" : "final";
  if (status === 400 || status === 401 || status === 403) return "fresh-address";
  if (status === 404) return "wait";
  if (status === 412 || status === 416) return "anew";
  if (status === 429 || status === 503) return "slower";
  if (status === 408 || status >= 500) return "again";
  return "final";
}
