import type { Secret } from "../base/secret.ts";
import type { HttpAnswer, HttpRequest, Send } from "../network/http.ts";
import { spendingTries, type Tries } from "../network/retry.ts";
import type { AccessTokens } from "./session/auth.ts";

/** The way to the service, for requests with a token. */
export interface ServiceConnection {
  /** Origin of the service, the only one that receives tokens. */
  host: string;
  send: Send;
  tokens: AccessTokens;
}

export type AuthorizedSend = (request: HttpRequest, tries: Tries) => Promise<HttpAnswer>;

/** Sends a request once with the token, and again with another one if the service refuses that. */
export function createAuthorizedSend({
  send,
  tokens,
}: Omit<ServiceConnection, "host">): AuthorizedSend {
  return async (request, tries) => {
    const { signal } = request;
    const sendWith = (token: Secret) => {
      const headers = { ...request.headers, Authorization: `Bearer ${token.reveal()}` };
      return send({ ...request, headers });
    };
    // Too many token requests lock an account, so retries of the request must not multiply them.
    const token = await spendingTries(tries, tokens.current(signal));
    const answer = await sendWith(token);
    if (answer.status !== 401) return answer;
    // The token has expired or was revoked; renew it once.
    return sendWith(await spendingTries(tries, tokens.replace(token, signal)));
  };
}
