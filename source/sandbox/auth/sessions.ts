import { randomBytes } from "node:crypto";
import type { Assumptions } from "../model/assumptions.ts";

interface Session {
  user: string;
  refreshToken?: string;
  /** When its last token expires. */
  endsMs: number;
  ended: boolean;
}

export interface Tokens {
  accessToken: string;
  /** Not issued for client credentials. */
  refreshToken?: string;
}

export interface Sessions {
  /** Verified: a user has one session; `takeOver` ends it, otherwise the result is "quota". */
  open(user: string, takeOver: boolean): Tokens | "quota";
  /** Client credentials may have any number of sessions. */
  openForClient(clientId: string): Tokens;
  /** Undefined if the refresh token is not valid. */
  refresh(refreshToken: string): Tokens | undefined;
  /** "ended" if the token or its session has ended. */
  check(accessToken: string): "good" | "ended" | "unknown";
  /** Ends the session of an access or refresh token; ignores unknown tokens. */
  revoke(token: string): void;
  userOf(refreshToken: string): string | undefined;
  /** Leaves refresh tokens valid. */
  expireAccessTokens(): void;
  endAll(): void;
}

export interface Lifetimes {
  accessTokenSeconds: number;
  refreshTokenSeconds: number;
}

/** Verified: access tokens are long, opaque and look like a JWT. */
function newAccessToken(): string {
  return `eyJ0eXAiOiJhdCtqd3QiLCJlbmMiOiJBMjU2R0NNIn0.${randomBytes(720).toString("base64url")}`;
}

export function createSessions(
  now: () => number,
  lifetimes: Lifetimes,
  assumptions: Assumptions,
): Sessions {
  const sessions = new Set<Session>();
  const byRefreshToken = new Map<string, { session: Session; endsMs: number }>();
  const byAccessToken = new Map<string, { session: Session; endsMs: number }>();

  const lives = (session: Session) => !session.ended && session.endsMs > now();

  function issue(session: Session, renewable: boolean): Tokens {
    const accessToken = newAccessToken();
    const accessEndsMs = now() + lifetimes.accessTokenSeconds * 1000;
    byAccessToken.set(accessToken, { session, endsMs: accessEndsMs });
    session.endsMs = Math.max(session.endsMs, accessEndsMs);
    if (!renewable) return { accessToken };
    const refreshToken = randomBytes(24).toString("hex");
    const endsMs = now() + lifetimes.refreshTokenSeconds * 1000;
    byRefreshToken.set(refreshToken, { session, endsMs });
    session.refreshToken = refreshToken;
    session.endsMs = Math.max(session.endsMs, endsMs);
    return { accessToken, refreshToken };
  }

  function begin(user: string): Session {
    const session = { user, endsMs: 0, ended: false };
    sessions.add(session);
    return session;
  }

  function endAll(): void {
    for (const session of sessions) session.ended = true;
    sessions.clear();
  }

  return {
    open(user, takeOver) {
      const others = [...sessions].filter((session) => session.user === user && lives(session));
      if (others.length > 0 && !takeOver) return "quota";
      for (const session of others) {
        session.ended = true;
        sessions.delete(session);
      }
      return issue(begin(user), true);
    },
    openForClient: (clientId) => issue(begin(`client ${clientId}`), false),
    refresh(refreshToken) {
      const issued = byRefreshToken.get(refreshToken);
      if (!issued || !lives(issued.session) || issued.endsMs <= now()) return undefined;
      const spent = issued.session.refreshToken !== refreshToken;
      if (spent && assumptions.spentRefreshToken !== "accepted") {
        if (assumptions.spentRefreshToken === "ends-session") issued.session.ended = true;
        return undefined;
      }
      return issue(issued.session, true);
    },
    check(accessToken) {
      const issued = byAccessToken.get(accessToken);
      if (!issued) return "unknown";
      return lives(issued.session) && issued.endsMs > now() ? "good" : "ended";
    },
    revoke(token) {
      const issued = byAccessToken.get(token) ?? byRefreshToken.get(token);
      if (!issued) return;
      issued.session.ended = true;
      sessions.delete(issued.session);
    },
    userOf: (refreshToken) => byRefreshToken.get(refreshToken)?.session.user,
    expireAccessTokens() {
      for (const issued of byAccessToken.values()) issued.endsMs = 0;
    },
    endAll,
  };
}
