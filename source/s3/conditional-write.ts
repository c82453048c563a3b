import { AppError } from "../base/errors.ts";
import type { SendToStore, StoreRequest } from "./store-requests.ts";

/** False writes only if no object has the key; an ETag only if the object has it. */
export type Replaces = boolean | { etag: string };

/** Why something was not written; "exists" also if it is no longer what was to be replaced. */
export type NotWritten = "exists" | "no-upload";

/** Sends a request that writes an object, and rejects as SendToStore does. */
export type ConditionalWrite = (
  request: StoreRequest,
  replaces: Replaces,
) => Promise<"written" | NotWritten>;

/** A store that does not know the condition refuses the request, or ignores it. */
export function createConditionalWrite(send: SendToStore): ConditionalWrite {
  /** False once the store has said that it does not know If-None-Match. */
  let knowsConditions = true;

  return async function write(request, replaces) {
    const condition = knowsConditions ? conditionOf(replaces) : undefined;
    const headers = { ...request.headers, ...condition };
    try {
      await send({ ...request, headers });
      return "written";
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      const reason = notWritten(thrown, replaces);
      if (reason !== undefined) return reason;
      const isUnknown = thrown.status === 501 || thrown.serviceCode === "NotImplemented";
      if (condition === undefined || !isUnknown) throw thrown;
      knowsConditions = false;
      return write(request, replaces);
    }
  };
}

function notWritten({ serviceCode, status }: AppError, replaces: Replaces): NotWritten | undefined {
  if (status === 412 || status === 409) return "exists";
  // Another program has removed what was to be replaced.
  if (serviceCode === "NoSuchKey" && typeof replaces === "object") return "exists";
  return serviceCode === "NoSuchUpload" ? "no-upload" : undefined;
}

function conditionOf(replaces: Replaces): Record<string, string> | undefined {
  if (replaces === true) return undefined;
  return replaces === false ? { "If-None-Match": "*" } : { "If-Match": replaces.etag };
}
