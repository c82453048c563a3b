import type { Credentials } from "../../base/environment-types.ts";
import { Secret } from "../../base/secret.ts";
import type { KeptSession, SavedState } from "../../config/state-schema.ts";
import type { Transaction } from "../../config/state-store.ts";
import type { KnownAccount, Session } from "../service.ts";
import type { TokenAnswer } from "./token-requests.ts";

/** The newest kept session of `host`, of `user` where one is named. */
export function keptSession(
  state: SavedState,
  host: string,
  user?: string,
): KeptSession | undefined {
  return state.sessions.find(
    (session) => session.host === host && (user === undefined || session.user === user),
  );
}

/** Who is signed in by what is kept, before the service is asked. */
export function rememberedSession(state: SavedState, host: string): Session | undefined {
  const known = keptSession(state, host);
  return known && { kind: "password", user: known.user, host };
}

/**
 * The newest refresh token for the user of `own`: the kept one, which another process may have renewed
 * since, but for one that a full disk left there. Clocks are not asked: they may be set back. Undefined if
 * another process has forgotten the session: it ended it, or spent `own` and was refused with a later one.
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

/** The account of the credentials, without what is secret of them. */
export function accountOf(credentials: Credentials): KnownAccount {
  return credentials.kind === "password"
    ? { kind: credentials.kind, username: credentials.username, appKey: credentials.appKey }
    : { kind: credentials.kind, clientId: credentials.clientId };
}

/** Who would be signed in without asking anyone, else who was signed in the last time. */
export function rememberedAccount(
  state: SavedState,
  host: string,
  ofEnvironment: Credentials | undefined,
): KnownAccount | undefined {
  const known = keptSession(state, host);
  if (known) return { kind: "password", username: known.user, appKey: known.appKey };
  return ofEnvironment ? accountOf(ofEnvironment) : state.lastAccount;
}

/** Puts the session first, in the place of an older one of the same host and user. */
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

/** Keeps what the sign-in form is filled with next time. */
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
  /** True if the disk did not take this one. */
  isUnkept?: boolean;
  /** The older token that stands in the conf file yet, where the disk did not take this one. */
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
