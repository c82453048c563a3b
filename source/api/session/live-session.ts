import type { Credentials } from "../../base/environment-types.ts";
import type { Secret } from "../../base/secret.ts";
import type { Session } from "../service.ts";
import type { TokenAnswer } from "./token-requests.ts";

/** Whom a refresh token is for. */
export interface Account {
  user: string;
  appKey: string;
}

/** A refresh token with whom it is for. */
export interface Refreshable {
  account: Account;
  token: Secret;
  /** The older token that stands in the conf file yet, where the disk did not take this one. */
  outlived?: string | undefined;
}

/** A session with its tokens; it never leaves the owner of the tokens. */
export interface Live {
  session: Session;
  accessToken: Secret;
  renewAtMs: number;
  renewal: ({ kind: "refresh" } & Refreshable) | { kind: "credentials"; credentials: Credentials };
}

/** The session that an answer makes, at `nowMs`. */
export function liveSession(
  session: Session,
  answer: TokenAnswer,
  renewal: Live["renewal"],
  nowMs: number,
): Live {
  const expiresAtMs = nowMs + answer.lifetimeMs;
  return {
    session: { ...session, expiresAtMs },
    accessToken: answer.accessToken,
    // A short life leaves a short margin: a fifth of it, half a minute at most.
    renewAtMs: expiresAtMs - Math.min(30_000, answer.lifetimeMs / 5),
    renewal,
  };
}
