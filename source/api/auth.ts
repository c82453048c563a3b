import type { KeptState, Transaction } from "../config/kept-state.ts";
import { AppError } from "../errors.ts";
import { Secret } from "../secret.ts";
import { waitUnlessAborted } from "./abandon.ts";
import { sessionQuotaCode } from "./refusal.ts";
import type { Auth, Credentials, Session } from "./service.ts";
import {
  forgetSession,
  keepAccount,
  keepSession,
  keptSession,
  rememberedSession,
} from "./session-file.ts";
import { countRequest, keepOutcome, keepPause, pauseBefore, refusedUntilMs } from "./token-pace.ts";
import { createTokenPauses, TooSoon } from "./token-pauses.ts";
import type { TokenAnswer, TokenGate, TokenRequests } from "./token-requests.ts";

/** The code of the error when a session is refused and nothing else can sign in. */
export const sessionEndedCode = "session-ended";

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
  kept: KeptState;
  /** The environment's credentials. */
  credentials: Credentials | undefined;
  /** Told what went wrong without stopping anything, as a sentence. */
  notice: (text: string) => void;
  /** A longer pause before a sign-in is not waited for; two minutes where it is left out. */
  longestPauseMs?: number;
  now?: () => number;
}

export interface OwnedAuth extends Auth {
  tokens: AccessTokens;
  /** Resolves when no token request is under way, so that an exit loses no answer; a pause before one ends. */
  settled(): Promise<void>;
}

interface Account {
  user: string;
  appKey: string;
}

/** A session with its tokens; it never leaves this module. */
interface Live {
  session: Session;
  accessToken: Secret;
  renewAtMs: number;
  renewal:
    | { kind: "refresh"; account: Account; token: Secret }
    | { kind: "credentials"; credentials: Credentials };
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
  const pauses = createTokenPauses({ host, now, longestPauseMs, notice });
  let shown = rememberedSession(kept.read(), host);
  let live: Live | undefined;
  let renewing: Promise<Live> | undefined;
  /** The environment's credentials were refused: they are never sent again. */
  let environmentRefused = false;

  function become(next: Live | undefined): void {
    live = next;
    shown = next?.session;
    for (const listener of listeners) listener();
  }

  /** Runs under the lock; `settled` waits for it. */
  function exclusively<Result>(
    work: (transaction: Transaction) => Promise<Result>,
  ): Promise<Result> {
    const running = kept.exclusive(work);
    const done: Promise<unknown> = running.catch(() => undefined).then(() => underWay.delete(done));
    underWay.add(done);
    return running;
  }

  /** The same after each pause that it runs into; the lock is free meanwhile. */
  function inTime<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result> {
    return pauses.around(() => exclusively(work), signal);
  }

  function gateOf(transaction: Transaction): TokenGate {
    return {
      before() {
        refuseTooSoon(transaction);
        keeping(() => countRequest(transaction, host, now()));
      },
      tooMany(refusal) {
        const nowMs = now();
        throw new TooSoon(keepPause(transaction, host, nowMs, refusal.retryAfterMs), refusal);
      },
    };
  }

  function refuseTooSoon(transaction: Transaction): void {
    const pause = pauseBefore(transaction.read(), host, now());
    if (pause !== undefined) throw new TooSoon(pause);
  }

  /** A disk that refuses ends no session; the next start just has to sign in again. */
  function keeping(write: () => void): void {
    try {
      write();
    } catch (thrown) {
      parts.notice(thrown instanceof Error ? thrown.message : String(thrown));
    }
  }

  function enter(
    kind: Session["kind"],
    user: string,
    answer: TokenAnswer,
    renewal: Live["renewal"],
  ): Live {
    const expiresAtMs = now() + answer.lifetimeMs;
    // A short life leaves a short margin: a fifth of it, half a minute at most.
    const renewAtMs = expiresAtMs - Math.min(30_000, answer.lifetimeMs / 5);
    const entered = {
      session: { kind, user, host, expiresAtMs },
      accessToken: answer.accessToken,
      renewAtMs,
      renewal,
    };
    become(entered);
    return entered;
  }

  function enterRefreshable(
    transaction: Transaction,
    account: Account,
    answer: TokenAnswer,
    token: Secret,
  ): Live {
    keeping(() =>
      keepSession(transaction, {
        host,
        ...account,
        refreshToken: token.reveal(),
        issuedAtMs: now(),
      }),
    );
    return enter("password", account.user, answer, { kind: "refresh", account, token });
  }

  async function signInWith(
    transaction: Transaction,
    credentials: Credentials,
    takeOver: boolean,
  ): Promise<Live> {
    const user = credentials.kind === "client" ? credentials.clientId : credentials.username;
    const remember = (wasRefused: boolean) =>
      keeping(() => keepOutcome(transaction, host, user, now(), wasRefused));
    let answer: TokenAnswer;
    try {
      answer = await requests.signIn(credentials, takeOver, gateOf(transaction));
    } catch (thrown) {
      if (isRefusal(thrown) && thrown.code !== sessionQuotaCode) remember(true);
      throw thrown;
    }
    remember(false);
    keeping(() => keepAccount(transaction, credentials));
    if (credentials.kind === "client") {
      return enter("client", credentials.clientId, answer, { kind: "credentials", credentials });
    }
    const account = { user: credentials.username, appKey: credentials.appKey };
    return answer.refreshToken === undefined
      ? enter("password", account.user, answer, { kind: "credentials", credentials })
      : enterRefreshable(transaction, account, answer, answer.refreshToken);
  }

  async function signInFromEnvironment(
    transaction: Transaction,
    takeOver: boolean,
  ): Promise<Live | undefined> {
    if (parts.credentials === undefined || environmentRefused) return undefined;
    refuseOften(transaction, parts.credentials);
    try {
      return await signInWith(transaction, parts.credentials, takeOver);
    } catch (thrown) {
      if (isRefusal(thrown) && thrown.code !== sessionQuotaCode) environmentRefused = true;
      throw thrown;
    }
  }

  /** A program that is started again and again would lock the account with a wrong password. */
  function refuseOften(transaction: Transaction, credentials: Credentials): void {
    const user = credentials.kind === "client" ? credentials.clientId : credentials.username;
    const untilMs = refusedUntilMs(transaction.read(), host, user, now());
    if (untilMs !== undefined) throw refusedOften(user, untilMs);
  }

  /** One refresh; where it is refused, the environment's credentials, once; then the session has ended. */
  async function refresh(
    transaction: Transaction,
    account: Account,
    token: Secret,
    takeOver: boolean,
  ): Promise<Live> {
    try {
      const answer = await requests.refresh(account, token, gateOf(transaction));
      return enterRefreshable(transaction, account, answer, answer.refreshToken ?? token);
    } catch (thrown) {
      if (!isRefusal(thrown)) throw thrown;
      keeping(() => forgetSession(transaction, { host, user: account.user }));
      become(undefined);
      const entered = await signInFromEnvironment(transaction, takeOver);
      if (entered === undefined) throw ended(account.user, thrown);
      return entered;
    }
  }

  async function resume(transaction: Transaction, takeOver: boolean): Promise<Live | undefined> {
    const found = keptSession(transaction.read(), host);
    if (found === undefined) return signInFromEnvironment(transaction, takeOver);
    return refresh(
      transaction,
      { user: found.user, appKey: found.appKey },
      new Secret(found.refreshToken),
      takeOver,
    );
  }

  async function renew(transaction: Transaction): Promise<Live> {
    if (live === undefined) {
      const entered = await resume(transaction, false);
      if (entered === undefined) throw notSignedIn();
      return entered;
    }
    const { renewal, session } = live;
    if (renewal.kind === "refresh") {
      // Another process may have renewed since: what stands in the file is the newest.
      const newest = keptSession(transaction.read(), host, session.user);
      const token = newest === undefined ? renewal.token : new Secret(newest.refreshToken);
      return refresh(transaction, renewal.account, token, false);
    }
    try {
      return await signInWith(transaction, renewal.credentials, false);
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
    canResume: () =>
      shown !== undefined || (parts.credentials !== undefined && !environmentRefused),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async signIn(credentials, { takeOver = false, signal } = {}) {
      const entering = inTime(
        (transaction) => signInWith(transaction, credentials, takeOver),
        signal,
      );
      return (await waitUnlessAborted(entering, signal)).session;
    },
    async resume({ takeOver = false, signal } = {}) {
      if (live !== undefined) return live.session;
      const resuming = inTime((transaction) => resume(transaction, takeOver), signal);
      return (await waitUnlessAborted(resuming, signal))?.session;
    },
    async signOut(signal) {
      const leaving = inTime(async (transaction) => {
        const found = keptSession(transaction.read(), host);
        const account = live?.renewal.kind === "refresh" ? live.renewal.account : found;
        if (account === undefined) return become(undefined);
        if (live === undefined) refuseTooSoon(transaction);
        try {
          // Only an access token can be revoked, so a session that has none yet gets one.
          const accessToken =
            live?.accessToken ?? (await accessTokenFor(transaction, account, found?.refreshToken));
          if (accessToken !== undefined) await requests.revoke(account, accessToken);
        } finally {
          forgetSession(transaction, { host, user: account.user });
          become(undefined);
        }
      }, signal);
      await waitUnlessAborted(leaving, signal);
    },
    tokens: {
      async current(signal) {
        if (live !== undefined && now() < live.renewAtMs) return live.accessToken;
        return (await waitUnlessAborted(renewed(), signal)).accessToken;
      },
      async replace(refused, signal) {
        if (live !== undefined && live.accessToken !== refused) return live.accessToken;
        return (await waitUnlessAborted(renewed(), signal)).accessToken;
      },
    },
    onPause: pauses.subscribe,
    async settled() {
      pauses.end();
      await Promise.all(underWay);
    },
  };

  /** Undefined where the session has ended at the service already. */
  async function accessTokenFor(
    transaction: Transaction,
    account: Account,
    refreshToken: string | undefined,
  ): Promise<Secret | undefined> {
    if (refreshToken === undefined) return undefined;
    try {
      const token = new Secret(refreshToken);
      return (await requests.refresh(account, token, gateOf(transaction))).accessToken;
    } catch (thrown) {
      if (isRefusal(thrown)) return undefined;
      throw thrown;
    }
  }
}

function isRefusal(thrown: unknown): thrown is AppError {
  return thrown instanceof AppError && thrown.kind === "sign-in";
}

function refusedOften(user: string, untilMs: number): AppError {
  return new AppError({
    kind: "sign-in",
    tried: `Signing in as ${user} with what the environment has`,
    answered:
      "it was refused three times within ten minutes, and is not sent again by itself for now",
    advice: `Repeated failures lock an account. Correct it and sign in with cfs login, or wait until ${new Date(untilMs).toISOString()}.`,
    code: "refused-often",
  });
}

function ended(user: string, cause: AppError): AppError {
  return cause.retold({
    kind: "sign-in",
    tried: `Renewing the session of ${user}`,
    advice: "The session has ended, or another program took it over: sign in again (cfs login).",
    code: sessionEndedCode,
  });
}

function notSignedIn(): AppError {
  return new AppError({
    kind: "sign-in",
    tried: "Looking for a session",
    answered: "nobody is signed in",
    advice: "Sign in with cfs login, or set RDP_USERNAME, RDP_PASSWORD and RDP_APP_KEY.",
  });
}
