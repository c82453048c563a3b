import type { AppError } from "../../base/errors.ts";
import type { Secret } from "../../base/secret.ts";
import type { HttpAnswer, HttpRequest, Send } from "../../network/http.ts";
import { type RetryPolicy, spendingTries, type Tries, withRetries } from "../../network/retry.ts";

/** Provides the client with a valid token. */
export interface AccessTokens {
  /** A token that stays valid for a while. If it is about to expire, one request renews it for all callers. */
  current(signal?: AbortSignal): Promise<Secret>;
  /** A token in the place of one that the service refused. */
  replace(refused: Secret, signal?: AbortSignal): Promise<Secret>;
}

/** The way to the service, for requests with a token. */
export interface ServiceConnection {
  /** Origin of the service, the only one that receives tokens. */
  host: string;
  send: Send;
  tokens: AccessTokens;
}

/**
 * Sends a request with the token and retries what may pass. Rejects with the error that `refusalOf` makes of
 * an answer, or as `Send` does.
 */
export type AuthorizedSend = (
  request: HttpRequest,
  retries: RetryPolicy,
  refusalOf: (answer: HttpAnswer) => AppError | undefined,
) => Promise<HttpAnswer>;

export function createAuthorizedSend({
  send,
  tokens,
}: Omit<ServiceConnection, "host">): AuthorizedSend {
  const sendOnce = async (request: HttpRequest, tries: Tries) => {
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

  return (request, retries, refusalOf) =>
    withRetries(
      async (tries) => {
        const answer = await sendOnce(request, tries);
        const refusal = refusalOf(answer);
        if (refusal !== undefined) throw refusal;
        return answer;
      },
      retries,
      request.signal,
    );
}
