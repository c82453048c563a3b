import type { Credentials } from "../../base/environment-types.ts";
import { Secret } from "../../base/secret.ts";
import type { KeptSession, SavedState } from "../../config/state-schema.ts";
import type { Transaction } from "../../config/state-store.ts";
import type { KnownAccount, Session } from "../service.ts";
import type { TokenAnswer } from "./token-requests.ts";

/** The newest kept session of `host`, or of `user` at that host if given. */
export function keptSession(
  state: SavedState,
  host: string,
  user?: string,
): KeptSession | undefined {
  return state.sessions.find(
    (session) => session.host === host && (user === undefined || session.user === user),
  );
}

/** The session that the conf file describes, before the service confirms it. */
export function rememberedSession(state: SavedState, host: string): Session | undefined {
  const known = keptSession(state, host);
  return known && { kind: "password", user: known.user, host };
}

/**
 * The newest refresh token for the user of `own`. That is the kept one, which another process may have
 * renewed, unless it is an old one that a full disk did not let this process replace. Times are not compared,
 * because a clock may be set back. Undefined if another process removed the session: it signed out, or used
 * `own` and had a later token refused.
 */
export function newestRefreshable(
  { read, refusal }: Transaction,
  host: string,
  own: Refreshable,
): Refreshable | undefined {
  const kept = keptSession(read(), host, own.account.user);
  if (kept === undefined) return own.isUnkept || refusal !== undefined ? own : undefined;
  if (kept.refreshToken === own.outlived) return own;
  const { user, appKey, refreshToken } = kept;
  return { account: { user, appKey }, token: new Secret(refreshToken) };
}

/** The account of the credentials, without their secrets. */
export function accountOf(credentials: Credentials): KnownAccount {
  return credentials.kind === "password"
    ? { kind: credentials.kind, username: credentials.username, appKey: credentials.appKey }
    : { kind: credentials.kind, clientId: credentials.clientId };
}

/** The account that signs in without a prompt, or else the last account. */
export function rememberedAccount(
  state: SavedState,
  host: string,
  ofEnvironment: Credentials | undefined,
): KnownAccount | undefined {
  const known = keptSession(state, host);
  if (known) return { kind: "password", username: known.user, appKey: known.appKey };
  return ofEnvironment ? accountOf(ofEnvironment) : state.lastAccount;
}

/** Puts the session first and removes an older one of the same host and user. */
export function keepSession(transaction: Transaction, session: KeptSession): void {
  const state = transaction.read();
  transaction.write({ ...state, sessions: [session, ...withoutSession(state, session)] });
}

export function forgetSession(
  transaction: Transaction,
  session: { host: string; user: string },
): void {
  const state = transaction.read();
  transaction.write({ ...state, sessions: withoutSession(state, session) });
}

/** Keeps the values that fill in the sign-in form next time. */
export function keepAccount(transaction: Transaction, credentials: Credentials): void {
  transaction.write({ ...transaction.read(), lastAccount: accountOf(credentials) });
}

function withoutSession(state: SavedState, session: { host: string; user: string }): KeptSession[] {
  return state.sessions.filter(
    (other) => other.host !== session.host || other.user !== session.user,
  );
}

export interface TokenAccount {
  user: string;
  appKey: string;
}

export interface Refreshable {
  account: TokenAccount;
  token: Secret;
  /** True if this token could not be written to disk. */
  isUnkept?: boolean;
  /** The older token that is still in the conf file because this one could not be written. */
  outlived?: string | undefined;
}

/** A session with its tokens; it never leaves the owner of the tokens. */
export interface ActiveSession {
  session: Session;
  accessToken: Secret;
  renewAtMs: number;
  renewal: ({ kind: "refresh" } & Refreshable) | { kind: "credentials"; credentials: Credentials };
}

export function activeSession(
  session: Session,
  answer: TokenAnswer,
  renewal: ActiveSession["renewal"],
  nowMs: number,
): ActiveSession {
  const expiresAtMs = nowMs + answer.lifetimeMs;
  return {
    session: { ...session, expiresAtMs },
    accessToken: answer.accessToken,
    // A short life leaves a short margin: a fifth of it, half a minute at most.
    renewAtMs: expiresAtMs - Math.min(30_000, answer.lifetimeMs / 5),
    renewal,
  };
}
