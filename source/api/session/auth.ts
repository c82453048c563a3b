import { unlessAborted } from "../../base/abortable.ts";
import type { Credentials } from "../../base/environment-types.ts";
import type { Secret } from "../../base/secret.ts";
import type { StateStore, Transaction } from "../../config/state-store.ts";
import type { Auth, KnownAccount } from "../service.ts";
import { createTokenGates } from "./rate-limit.ts";
import { createTokenPauses } from "./rate-limit-wait.ts";
import { isRefusal, notSignedIn } from "./session-errors.ts";
import {
  accountOf,
  type Live,
  newestRefreshable,
  rememberedAccount,
  rememberedSession,
} from "./session-store.ts";
import { createEntrance } from "./sign-in.ts";
import { createSignOut } from "./sign-out.ts";
import type { TokenRequests } from "./token-requests.ts";

/** What the client needs of the session: a token that works. */
export interface AccessTokens {
  /** A token that is good for a while yet; renewed first where it is not, by one request for all callers. */
  current(signal?: AbortSignal): Promise<Secret>;
  /** A token in the place of one that the service refused. */
  replace(refused: Secret, signal?: AbortSignal): Promise<Secret>;
}

export interface AuthParts {
  host: string;
  requests: TokenRequests;
  kept: StateStore;
  /** The environment's credentials. */
  credentials: Credentials | undefined;
  /** Told what went wrong without stopping anything, as a sentence. */
  notice: (text: string) => void;
  /** A longer pause before a sign-in is not waited for; two minutes where it is left out. */
  longestPauseMs?: number;
  /** How long another process may hold the lock of the conf file. */
  lockPatienceMs?: number;
  now?: () => number;
}

export interface OwnedAuth extends Auth {
  tokens: AccessTokens;
  /** Resolves when no token request is under way, so that an exit loses no answer; a pause before one ends. */
  settled(): Promise<void>;
}

function accountIn({ renewal }: Live): KnownAccount {
  if (renewal.kind === "credentials") return accountOf(renewal.credentials);
  return { kind: "password", username: renewal.account.user, appKey: renewal.account.appKey };
}

/**
 * The one owner of the tokens. Reading, renewing and writing the refresh token happens under the
 * lock of the conf file, so that two processes never spend the same one.
 */
export function createAuth(parts: AuthParts): OwnedAuth {
  const { host, requests, kept } = parts;
  const now = parts.now ?? Date.now;
  const listeners = new Set<() => void>();
  const underWay = new Set<Promise<unknown>>();
  const { longestPauseMs = 120_000, notice } = parts;
  const ending = new AbortController();
  const pauses = createTokenPauses({ host, now, longestPauseMs, notice, ending: ending.signal });
  let shown = rememberedSession(kept.read(), host);
  let account = rememberedAccount(kept.read(), host, parts.credentials);
  let live: Live | undefined;
  let renewing: Promise<Live> | undefined;
  const gates = createTokenGates({ host, notice: kept.noticeOnce, now });
  const ofEnvironment = parts.credentials;
  const entrance = createEntrance({ host, requests, ofEnvironment, now, become }, gates);
  const { leave, forget } = createSignOut({ host, requests, live: () => live, become }, gates);

  function become(next: Live | undefined): void {
    live = next;
    shown = next?.session;
    if (next !== undefined) account = accountIn(next);
    for (const listener of listeners) listener();
  }

  /** Runs under the lock; `settled` waits for it. */
  function exclusively<Result>(
    work: (transaction: Transaction) => Promise<Result>,
  ): Promise<Result> {
    const waiting = { patienceMs: parts.lockPatienceMs, signal: ending.signal };
    const running = kept.exclusive(work, waiting);
    const done: Promise<unknown> = running.catch(() => undefined).then(() => underWay.delete(done));
    underWay.add(done);
    return running;
  }

  /** The same after each pause that it runs into; the lock is free meanwhile. */
  function inTime<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result> {
    return pauses.around(() => exclusively(work), { signal });
  }

  /** Throws where a session is kept that is not to be read without the lock. */
  function refuseUnlocked({ refusal }: Transaction): void {
    if (live === undefined && shown !== undefined && refusal !== undefined) throw refusal;
  }

  async function resumed(transaction: Transaction, takeOver: boolean): Promise<Live | undefined> {
    const entered = await entrance.resume(transaction, takeOver);
    if (entered === undefined) refuseUnlocked(transaction);
    return entered;
  }

  async function renew(transaction: Transaction): Promise<Live> {
    if (live === undefined) {
      const entered = await resumed(transaction, false);
      if (entered === undefined) throw notSignedIn();
      return entered;
    }
    const { renewal } = live;
    if (renewal.kind === "refresh") {
      const newest = newestRefreshable(transaction.read(), host, renewal);
      return entrance.refresh(transaction, newest.account, newest.token, false);
    }
    try {
      return await entrance.signIn(transaction, renewal.credentials, false);
    } catch (thrown) {
      if (isRefusal(thrown)) become(undefined);
      throw thrown;
    }
  }

  function renewed(): Promise<Live> {
    renewing ??= inTime(renew).finally(() => {
      renewing = undefined;
    });
    return renewing;
  }

  return {
    session: () => shown,
    account: () => account,
    canResume: () => shown !== undefined || entrance.knowsCredentials(),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async signIn(credentials, { takeOver = false, signal } = {}) {
      const entering = inTime(
        (transaction) => entrance.signIn(transaction, credentials, takeOver),
        signal,
      );
      return (await unlessAborted(entering, signal)).session;
    },
    async resume({ takeOver = false, signal } = {}) {
      if (live !== undefined) return live.session;
      const resuming = inTime((transaction) => resumed(transaction, takeOver), signal);
      return (await unlessAborted(resuming, signal))?.session;
    },
    async signOut(signal) {
      const leaveLocked = (transaction: Transaction) => {
        refuseUnlocked(transaction);
        return leave(transaction);
      };
      const leaving = pauses.around(() => exclusively(leaveLocked), {
        signal,
        givenUp: () => exclusively(async (transaction) => forget(transaction)),
      });
      await unlessAborted(leaving, signal);
    },
    tokens: {
      async current(signal) {
        if (live !== undefined && now() < live.renewAtMs) return live.accessToken;
        return (await unlessAborted(renewed(), signal)).accessToken;
      },
      async replace(refused, signal) {
        if (live !== undefined && live.accessToken !== refused) return live.accessToken;
        return (await unlessAborted(renewed(), signal)).accessToken;
      },
    },
    onPause: pauses.subscribe,
    async settled() {
      ending.abort();
      await Promise.all(underWay);
    },
  };
}
