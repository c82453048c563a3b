import type { AppError, FailureReason } from "../base/errors.ts";

/** Their advice is for the user; others say to try again. */
const needUser: ReadonlySet<FailureReason | undefined> = new Set([
  "untrusted",
  "proxy-refused",
  "session-quota",
]);

const next = "Retrying; if it keeps failing, check the network and the proxy.";

/** The failure, and what happens next without the user. */
export function retryText(error: AppError): string {
  if (error.kind !== "service" && error.kind !== "sign-in") return error.message;
  return needUser.has(error.reason)
    ? `${error.message} ${next}`
    : error.withFacts({ advice: next }).message;
}
