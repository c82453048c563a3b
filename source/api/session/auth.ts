import { setTimeout as sleep } from "node:timers/promises";
import type { Credentials } from "../../base/environment-types.ts";
import { AppError } from "../../base/errors.ts";
import type { Secret } from "../../base/secret.ts";
import { unlessAborted } from "../../base/waiting.ts";
import type { StateStore, Transaction } from "../../config/state-store.ts";
import type { Auth, KnownAccount, Session } from "../service.ts";
import type { AccessTokens } from "./authorized-send.ts";
import { createRateLimit } from "./rate-limit.ts";
import { createRateLimitWait } from "./rate-limit-wait.ts";
import {
  type ActiveSession,
  accountOf,
  newestRefreshable,
  rememberedAccount,
  rememberedSession,
} from "./session-store.ts";
import { createSessionSource, isRefusal } from "./sign-in.ts";
import { createSignOut } from "./sign-out.ts";
import type { TokenRequests } from "./token-requests.ts";

export interface AuthParts {
  host: string;
  requests: TokenRequests;
  stateStore: StateStore;
  credentials: Credentials | undefined;
  /** Called with a sentence about a failure that stops nothing. */
  notice: (text: string) => void;
  /** The longest pause before a sign-in that cfs waits out; two minutes by default. */
  longestPauseMs?: number;
  /** How long another process may hold the lock of the conf file. */
  lockPatienceMs?: number;
  /** How long `settled` waits for the answer to a token request; three seconds by default. */
  answerPatienceMs?: number;
  nowMs?: () => number;
}

export interface OwnedAuth extends Auth {
  tokens: AccessTokens;
  /**
   * Resolves when no token request is running, so that no answer is lost at exit, but does not wait long for
   * a service that does not answer. Ends a pause before a request.
   */
  settled(): Promise<void>;
}

type SessionPhase =
  | { phase: "signed-out" }
  /** A session is kept; its refresh token is still to be tried. */
  | { phase: "remembered"; session: Session }
  | { phase: "active"; active: ActiveSession };

/**
 * The only owner of the tokens. Reads, refreshes and writes the refresh token under the lock of the conf
 * file, so that two processes never use the same one.
 */
export function createAuth(parts: AuthParts): OwnedAuth {
  const { credentials, host, lockPatienceMs, notice, requests, stateStore } = parts;
  const { answerPatienceMs = 3_000, longestPauseMs = 120_000, nowMs = Date.now } = parts;
  const listeners = new Set<() => void>();
  const underWay = new Set<Promise<unknown>>();
  const ending = new AbortController();
  let state = rememberedPhase(rememberedSession(stateStore.read(), host));
  let account = rememberedAccount(stateStore.read(), host, credentials);
  let renewing: Promise<ActiveSession> | undefined;
  const wait = createRateLimitWait({ host, nowMs, longestPauseMs, notice, ending: ending.signal });
  const limit = createRateLimit({ host, notice: stateStore.noticeOnce, nowMs });
  const source = createSessionSource(
    { host, requests, ofEnvironment: credentials, nowMs, setActive },
    limit,
  );

  function active(): ActiveSession | undefined {
    return state.phase === "active" ? state.active : undefined;
  }

  function session(): Session | undefined {
    if (state.phase === "signed-out") return undefined;
    return state.phase === "active" ? state.active.session : state.session;
  }

  function setActive(next: ActiveSession | undefined): void {
    state = next === undefined ? { phase: "signed-out" } : { phase: "active", active: next };
    if (next !== undefined) account = accountIn(next);
    for (const listener of listeners) listener();
  }

  /** Runs under the lock; `settled` waits for it. */
  function exclusively<Result>(
    work: (transaction: Transaction) => Promise<Result>,
  ): Promise<Result> {
    const options = { patienceMs: lockPatienceMs, signal: ending.signal };
    const running = stateStore.exclusive(work, options);
    const done: Promise<unknown> = running.catch(() => undefined).then(() => underWay.delete(done));
    underWay.add(done);
    return running;
  }

  /** Like `exclusively`, repeated after each pause; the lock is free during the pause. */
  function inTime<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result> {
    return wait.withRateLimit(() => exclusively(work), { signal });
  }

  /** Throws if a session is kept that must not be read without the lock. */
  function refuseUnlocked({ refusal }: Transaction): void {
    if (state.phase === "remembered" && refusal !== undefined) throw refusal;
  }

  async function acquire(
    transaction: Transaction,
    options?: { takeOver: boolean },
  ): Promise<ActiveSession | undefined> {
    const acquired = await source.acquireSession(transaction, options);
    if (acquired === undefined) refuseUnlocked(transaction);
    return acquired;
  }

  async function renew(transaction: Transaction): Promise<ActiveSession> {
    const renewal = active()?.renewal;
    if (renewal === undefined) {
      const acquired = await acquire(transaction);
      if (acquired === undefined) throw notSignedIn();
      return acquired;
    }
    if (renewal.kind === "refresh") {
      const newest = newestRefreshable(transaction, host, renewal);
      if (newest === undefined) return source.replaceForgotten(transaction, renewal.account.user);
      return source.refresh(transaction, newest.account, newest.token);
    }
    try {
      return await source.signIn(transaction, renewal.credentials);
    } catch (thrown) {
      if (isRefusal(thrown)) setActive(undefined);
      throw thrown;
    }
  }

  /** All callers during a refresh share it. */
  async function renewed(signal: AbortSignal | undefined): Promise<Secret> {
    renewing ??= inTime(renew).finally(() => {
      renewing = undefined;
    });
    return (await unlessAborted(renewing, signal)).accessToken;
  }

  return {
    session,
    account: () => account,
    canResume: () => state.phase !== "signed-out" || source.hasCredentials(),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async signIn(given, { takeOver = false, signal } = {}) {
      const signingIn = inTime(
        (transaction) => source.signIn(transaction, given, { takeOver }),
        signal,
      );
      return (await unlessAborted(signingIn, signal)).session;
    },
    async resume({ takeOver = false, signal } = {}) {
      if (state.phase === "active") return state.active.session;
      const resuming = inTime((transaction) => acquire(transaction, { takeOver }), signal);
      return (await unlessAborted(resuming, signal))?.session;
    },
    async signOut(signal) {
      const { signOut, forget } = createSignOut({ host, requests, active, setActive }, limit);
      const signOutLocked = (transaction: Transaction) => {
        refuseUnlocked(transaction);
        return signOut(transaction);
      };
      const signingOut = wait.withRateLimit(() => exclusively(signOutLocked), {
        signal,
        givenUp: () => exclusively(async (transaction) => forget(transaction)),
      });
      await unlessAborted(signingOut, signal);
    },
    tokens: {
      async current(signal) {
        const own = active();
        if (own !== undefined && nowMs() < own.renewAtMs) return own.accessToken;
        return renewed(signal);
      },
      async replace(refused, signal) {
        const own = active();
        if (own !== undefined && own.accessToken !== refused) return own.accessToken;
        return renewed(signal);
      },
    },
    onPause: wait.subscribe,
    async settled() {
      ending.abort();
      const patience = sleep(answerPatienceMs, undefined, { ref: false });
      await Promise.race([Promise.all(underWay), patience]);
    },
  };
}

function rememberedPhase(session: Session | undefined): SessionPhase {
  return session === undefined ? { phase: "signed-out" } : { phase: "remembered", session };
}

function accountIn({ renewal }: ActiveSession): KnownAccount {
  if (renewal.kind === "credentials") return accountOf(renewal.credentials);
  return { kind: "password", username: renewal.account.user, appKey: renewal.account.appKey };
}

function notSignedIn(): AppError {
  return new AppError({
    kind: "sign-in",
    tried: "Looking for a session",
    answered: "you are not signed in",
    advice: "Sign in again.",
  });
}
