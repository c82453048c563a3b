import { userAgent } from "../base/version.ts";
import type { Environment } from "../config/environment.ts";
import { createSend, type HttpAnswer } from "../network/http.ts";

/** Sends a form to a sandbox on this machine, past any proxy. Rejects as `createSend` does. */
export function postToSandbox(
  purpose: string,
  url: URL,
  form: Record<string, string>,
  { requestTimeoutMs }: Environment,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const send = createSend({ silenceMs: requestTimeoutMs, userAgent });
  return send({ purpose, method: "POST", url, form, signal });
}
