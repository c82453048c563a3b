import { type Answer, gatewayError, jsonAnswer, oauthError } from "../http/answers.ts";
import type { Assumptions } from "../model/assumptions.ts";
import type { Sessions, Tokens } from "./sessions.ts";

interface AuthRequest {
  authorization: string | undefined;
  form: URLSearchParams;
}

/** An account of the password grant. */
interface SandboxUser {
  username: string;
  password: string;
}

export interface SandboxAccount extends SandboxUser {
  /** Has the same app key and entitlements. */
  other: SandboxUser;
  appKey: string;
  clientId: string;
  clientSecret: string;
}

export interface TokenService {
  tokenV1(request: AuthRequest): Answer;
  tokenV2(request: AuthRequest): Answer;
  revoke(request: AuthRequest): Answer;
}

const scope = "trapi.cfs.claimcheck.read trapi.cfs.subscriber.read trapi.data.get";
const minuteMs = 60_000;

const invalidClient = () => oauthError(401, "invalid_client", "Invalid Application Credential.");
const invalidGrant = () => oauthError(400, "invalid_grant");

/** Verified: the user of `Basic …` is the app key, with an empty password after the colon. */
function basicText(authorization: string | undefined): string | undefined {
  const coded = authorization?.match(/^Basic\s+(.+)$/i)?.[1];
  return coded === undefined ? undefined : Buffer.from(coded, "base64").toString();
}

export function createTokenService(
  account: SandboxAccount,
  sessions: Sessions,
  assumptions: Assumptions,
  now: () => number,
  accessTokenSeconds: number,
): TokenService {
  const requestTimes = new Map<string, number[]>();

  /** Assumed: refused requests count too. */
  function isFlood(user: string): boolean {
    const times = (requestTimes.get(user) ?? []).filter((time) => time > now() - minuteMs);
    times.push(now());
    requestTimes.set(user, times);
    return times.length > assumptions.tokenRequestsPerMinute;
  }

  /** Verified: `expires_in` is a string. */
  function tokenAnswer(tokens: Tokens): Answer {
    return jsonAnswer(200, {
      access_token: tokens.accessToken,
      refresh_token: tokens.refreshToken,
      expires_in: String(accessTokenSeconds),
      scope,
      token_type: "Bearer",
    });
  }

  /** Verified: the app key is in the form, in a Basic header, or both. */
  function hasAppKey({ authorization, form }: AuthRequest): boolean {
    const key = form.get("client_id") ?? basicText(authorization)?.split(":")[0];
    return key === account.appKey;
  }

  function passwordGrant({ form }: AuthRequest): Answer {
    const username = form.get("username");
    const user = [account, account.other].find((one) => one.username === username);
    if (user === undefined || form.get("password") !== user.password) {
      return oauthError(400, "access_denied", "Invalid username or password.");
    }
    const newPassword = form.get("newPassword");
    if (newPassword) user.password = newPassword;
    // Verified: both "True" and "true" work.
    const takeOver = /^true$/i.test(form.get("takeExclusiveSignOnControl") ?? "");
    const tokens = sessions.open(user.username, takeOver);
    if (tokens === "quota") {
      return oauthError(assumptions.quotaStatus, "access_denied", "Session quota is reached.");
    }
    return tokenAnswer(tokens);
  }

  function refreshGrant({ form }: AuthRequest): Answer {
    const tokens = sessions.refresh(form.get("refresh_token") ?? "");
    return tokens ? tokenAnswer(tokens) : invalidGrant();
  }

  return {
    tokenV1(request) {
      const { form } = request;
      const user =
        form.get("username") ?? sessions.userOf(form.get("refresh_token") ?? "") ?? "unknown";
      if (isFlood(user)) return gatewayError(429, "Too many requests");
      if (!hasAppKey(request)) return invalidClient();
      switch (form.get("grant_type")) {
        case "password":
          return passwordGrant(request);
        case "refresh_token":
          return refreshGrant(request);
        default:
          return oauthError(400, "unsupported_grant_type");
      }
    },

    tokenV2({ form }) {
      if (isFlood(form.get("client_id") ?? "unknown"))
        return gatewayError(429, "Too many requests");
      if (form.get("grant_type") !== "client_credentials") {
        return oauthError(400, "unsupported_grant_type");
      }
      const known =
        form.get("client_id") === account.clientId &&
        form.get("client_secret") === account.clientSecret;
      if (!known) return oauthError(401, "invalid_client", "Invalid client or client credentials.");
      const { accessToken } = sessions.openForClient(account.clientId);
      return jsonAnswer(200, {
        access_token: accessToken,
        expires_in: accessTokenSeconds,
        scope,
        token_type: "Bearer",
      });
    },

    /** Verified: `Basic base64("AppKey:")`, or a Bearer token with client_id in the form. */
    revoke({ authorization, form }) {
      const token = form.get("token");
      if (!token) {
        return gatewayError(400, "Validation error", [{ key: "token", reason: "is required" }]);
      }
      const bearer = authorization?.match(/^Bearer\s+(\S+)$/i)?.[1];
      const allowed =
        bearer === undefined
          ? basicText(authorization) === `${account.appKey}:`
          : form.get("client_id") === account.appKey && sessions.check(bearer) !== "unknown";
      if (!allowed) return invalidClient();
      sessions.revoke(token);
      return { status: 200, headers: {}, body: "" };
    },
  };
}
