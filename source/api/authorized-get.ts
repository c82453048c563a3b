import type { Secret } from "../base/secret.ts";
import type { HttpAnswer, Send } from "../network/http.ts";
import { type RetryPolicy, spendingTries, type Tries, withRetries } from "../network/retry.ts";
import type { Get } from "./listings.ts";
import { queryRefusal } from "./replies/refusal.ts";
import type { AccessTokens } from "./session/auth.ts";

export interface AuthorizedParts {
  send: Send;
  tokens: AccessTokens;
  retries: RetryPolicy;
}

interface AuthorizedGet {
  /** Sends one GET with the token; a 401 renews the token once and sends the request again. */
  authorized(
    purpose: string,
    url: URL,
    signal: AbortSignal | undefined,
    tries: Tries,
  ): Promise<HttpAnswer>;
  /** Like `authorized`, with retries; rejects with an AppError for any status but 200. */
  get: Get;
}

export function createAuthorizedGet({ send, tokens, retries }: AuthorizedParts): AuthorizedGet {
  const authorized: AuthorizedGet["authorized"] = async (purpose, url, signal, tries) => {
    const request = (token: Secret) => {
      const headers = { Authorization: `Bearer ${token.reveal()}` };
      return send({ purpose, method: "GET", url, signal, headers });
    };
    // Too many token requests lock an account, so retries of the request must not multiply them.
    const token = await spendingTries(tries, tokens.current(signal));
    const answer = await request(token);
    if (answer.status !== 401) return answer;
    return request(await spendingTries(tries, tokens.replace(token, signal)));
  };

  const get: Get = (purpose, url, signal) =>
    withRetries(
      async (tries) => {
        const answer = await authorized(purpose, url, signal, tries);
        if (answer.status !== 200) throw queryRefusal(purpose, answer);
        return answer;
      },
      retries,
      signal,
    );

  return { authorized, get };
}
