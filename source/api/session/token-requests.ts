import type { Credentials } from "../../base/environment-types.ts";
import type { AppError } from "../../base/errors.ts";
import { Secret } from "../../base/secret.ts";
import type { HttpRequest, Send } from "../../network/http.ts";
import { type RetryPolicy, withRetries } from "../../network/retry.ts";
import { signInRefusal } from "../replies/refusal.ts";
import { readReply, tokenReply } from "../replies/replies.ts";

export interface TokenAnswer {
  accessToken: Secret;
  /** Undefined for v2. */
  refreshToken: Secret | undefined;
  lifetimeMs: number;
}

/** Limits the pace of sign-ins and refreshes. */
export interface TokenLimiter {
  /** Called before each request and counts it; throws RateLimited if a pause is due first. */
  acquire(): void;
  /** Called with a 429; throws RateLimited. */
  refused(refusal: AppError): never;
}

export interface TokenRequests {
  signIn(credentials: Credentials, takeOver: boolean, limiter: TokenLimiter): Promise<TokenAnswer>;
  refresh(
    session: { user: string; appKey: string },
    refreshToken: Secret,
    limiter: TokenLimiter,
  ): Promise<TokenAnswer>;
  revoke(session: { user: string; appKey: string }, accessToken: Secret): Promise<void>;
}

/**
 * The requests of /auth/oauth2. They follow no redirect, and a refusal is final: only network failures and
 * 5xx are retried, and the limiter handles a 429. They accept no abort signal, because an aborted refresh
 * would lose the only valid refresh token.
 */
export function createTokenRequests(host: string, send: Send, retries: RetryPolicy): TokenRequests {
  const ask = async (
    purpose: string,
    path: string,
    form: Record<string, string>,
    limiter: TokenLimiter,
  ) => {
    const answer = await post(purpose, path, { form }, limiter);
    const tokens = readReply(purpose, answer, tokenReply);
    return {
      accessToken: new Secret(tokens.access_token),
      refreshToken:
        tokens.refresh_token === undefined ? undefined : new Secret(tokens.refresh_token),
      lifetimeMs: tokens.expires_in * 1_000,
    };
  };

  const post = (
    purpose: string,
    path: string,
    more: Pick<HttpRequest, "form" | "headers">,
    limiter?: TokenLimiter,
  ) =>
    withRetries(async () => {
      limiter?.acquire();
      const answer = await send({ purpose, method: "POST", url: new URL(path, host), ...more });
      if (answer.status === 200) return answer;
      const refusal = signInRefusal(purpose, answer);
      if (answer.status === 429) limiter?.refused(refusal);
      throw refusal;
    }, retries);

  return {
    signIn(credentials, takeOver, limiter) {
      if (credentials.kind === "client") {
        return ask(
          `Signing in as ${credentials.clientId}`,
          "/auth/oauth2/v2/token",
          {
            grant_type: "client_credentials",
            client_id: credentials.clientId,
            client_secret: credentials.clientSecret.reveal(),
            scope: "trapi",
          },
          limiter,
        );
      }
      return ask(
        `Signing in as ${credentials.username}`,
        "/auth/oauth2/v1/token",
        {
          grant_type: "password",
          username: credentials.username,
          password: credentials.password.reveal(),
          client_id: credentials.appKey,
          scope: "trapi",
          takeExclusiveSignOnControl: takeOver ? "true" : "false",
        },
        limiter,
      );
    },
    refresh(session, refreshToken, limiter) {
      return ask(
        `Renewing the session of ${session.user}`,
        "/auth/oauth2/v1/token",
        {
          grant_type: "refresh_token",
          refresh_token: refreshToken.reveal(),
          client_id: session.appKey,
        },
        limiter,
      );
    },
    async revoke(session, accessToken) {
      // The colon precedes an empty password; without it the service answers 401.
      const basic = new Secret(Buffer.from(`${session.appKey}:`).toString("base64"));
      await post(`Signing out ${session.user}`, "/auth/oauth2/v1/revoke", {
        form: { token: accessToken.reveal() },
        headers: { Authorization: `Basic ${basic.reveal()}` },
      });
    },
  };
}
