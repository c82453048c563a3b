import type { Secret } from "../base/secret.ts";
import type { HttpAnswer, Send } from "../network/http.ts";
import { type RetryPolicy, spendingTries, type Tries, withRetries } from "../network/retry.ts";
import type { Get } from "./listings/pages.ts";
import { queryRefusal } from "./replies/refusal.ts";
import type { AccessTokens } from "./session/auth.ts";

export interface AuthorizedParts {
  send: Send;
  tokens: AccessTokens;
  retries: RetryPolicy;
}

interface AuthorizedGet {
  /** One GET with the token; a refused token is replaced once and the request sent again. */
  authorized(
    purpose: string,
    url: URL,
    signal: AbortSignal | undefined,
    tries: Tries,
  ): Promise<HttpAnswer>;
  /** The same with retries, for an answer that is 200; another one rejects with an AppError. */
  get: Get;
}

export function createAuthorizedGet({ send, tokens, retries }: AuthorizedParts): AuthorizedGet {
  async function authorized(
    purpose: string,
    url: URL,
    signal: AbortSignal | undefined,
    tries: Tries,
  ): Promise<HttpAnswer> {
    const request = (token: Secret) =>
      send({
        purpose,
        method: "GET",
        url,
        signal,
        headers: { Authorization: `Bearer ${token.reveal()}` },
      });
    // Many requests for tokens lock an account: they are not multiplied by the tries of this one.
    const token = await spendingTries(tries, tokens.current(signal));
    const answer = await request(token);
    if (answer.status !== 401) return answer;
    return request(await spendingTries(tries, tokens.replace(token, signal)));
  }

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
