import { userAgent } from "../base/version.ts";
import type { Environment } from "../config/environment.ts";
import { createSend, type HttpAnswer, type HttpRequest } from "../network/http.ts";

/** Sends a form to a sandbox on this machine, past any proxy. Rejects as `createSend` does. */
export function postToSandbox(
  request: Pick<HttpRequest, "form" | "purpose" | "signal" | "url">,
  { requestTimeoutMs }: Environment,
): Promise<HttpAnswer> {
  const send = createSend({ silenceMs: requestTimeoutMs, userAgent });
  return send({ ...request, method: "POST" });
}
