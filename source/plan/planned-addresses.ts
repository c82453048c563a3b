import { AppError } from "../base/errors.ts";
import { Secret } from "../base/secret.ts";
import { toServiceTime } from "../domain/moment.ts";
import type { ObjectSource } from "../objects/source.ts";
import type { PlannedFile } from "./plan.ts";

/** An address this close to its end is not used any more. */
const marginMs = 10_000;

/**
 * Gives the addresses of a plan until the store refuses one or it expires, and then requests another from the
 * service. Without a session that fails only for the file in question.
 */
export function withPlannedAddresses(
  source: ObjectSource,
  files: readonly PlannedFile[],
  nowMs: () => number,
): ObjectSource {
  const urls = new Map<string, string>();
  for (const { fileId, url } of files) if (url !== undefined) urls.set(fileId, url);
  const refused = new Set<string>();

  return {
    async locate(fileId, signal) {
      const url = urls.get(fileId);
      const isUsable = url !== undefined && !refused.has(url) && !isOver(url, nowMs());
      if (isUsable) return new Secret(url);
      urls.delete(fileId);
      try {
        return await source.locate(fileId, signal);
      } catch (thrown) {
        throw url !== undefined && isSignedOut(thrown) ? noAddressError(thrown) : thrown;
      }
    },
    async open(request) {
      try {
        return await source.open(request);
      } catch (thrown) {
        const isRefused =
          thrown instanceof AppError && [400, 401, 403].includes(thrown.status ?? 0);
        if (isRefused) refused.add(request.url.reveal());
        throw thrown;
      }
    },
  };
}

function isOver(url: string, nowMs: number): boolean {
  const expiresAtMs = addressExpiryMs(url);
  return expiresAtMs !== undefined && nowMs > expiresAtMs - marginMs;
}

/** When a presigned address expires, in milliseconds since 1970; undefined if it does not say. */
function addressExpiryMs(url: string): number | undefined {
  const { searchParams } = new URL(url);
  const signed = searchParams.get("X-Amz-Date") ?? "";
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(signed) ?? [];
  const signedAtMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  const seconds = Number(searchParams.get("X-Amz-Expires") ?? Number.NaN);
  const expiresAtMs = signedAtMs + seconds * 1_000;
  return Number.isNaN(expiresAtMs) ? undefined : expiresAtMs;
}

/** When the first of the addresses expires, in UTC; undefined if none says so. */
export function firstExpiry(files: readonly PlannedFile[]): string | undefined {
  const times = files.flatMap(({ url }) => (url === undefined ? [] : (addressExpiryMs(url) ?? [])));
  if (times.length === 0) return undefined;
  return toServiceTime(times.reduce((first, ms) => Math.min(first, ms)));
}

function isSignedOut(thrown: unknown): thrown is AppError {
  return thrown instanceof AppError && thrown.kind === "sign-in";
}

function noAddressError(cause: AppError): AppError {
  return new AppError({
    kind: "sign-in",
    tried: "Asking for an address",
    answered: `the one in the plan has expired or was refused, and another needs a session (${cause.answered})`,
    advice: "Make a new plan with --with-addresses, or sign in: cfs login, or CFS_TOKEN_COMMAND.",
    reason: "address-expired",
    cause,
  });
}
