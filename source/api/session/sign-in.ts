import type { Credentials } from "../../base/environment-types.ts";
import { AppError } from "../../base/errors.ts";
import { Secret } from "../../base/secret.ts";
import type { Transaction } from "../../config/state-store.ts";
import type { Session } from "../service.ts";
import { forgetRefusals, keepRefusal, type RateLimit, refusedUntilMs } from "./rate-limit.ts";
import {
  type ActiveSession,
  activeSession,
  forgetSession,
  keepAccount,
  keepSession,
  keptSession,
  type TokenAccount,
} from "./session-store.ts";
import type { TokenAnswer, TokenRequests } from "./token-requests.ts";

interface SignInParts {
  host: string;
  requests: TokenRequests;
  ofEnvironment: Credentials | undefined;
  nowMs: () => number;
  /** Called with each new session, and with undefined when one has ended. */
  setActive: (next: ActiveSession | undefined) => void;
}

interface TakeOver {
  /** Ends another session of the same id. */
  takeOver?: boolean;
}

/**
 * The ways to get a session. Each runs in a transaction, under the lock of the conf file, and keeps there
 * what the next one needs. Each throws RateLimited if a pause is due first.
 */
interface SessionSource {
  /** False if the environment has no credentials, or once they were refused. */
  hasCredentials(): boolean;
  /** Takes over another session if `takeOver` is set, or if that session is the kept one. */
  signIn(
    transaction: Transaction,
    credentials: Credentials,
    options?: TakeOver,
  ): Promise<ActiveSession>;
  /**
   * Refreshes once. If that is refused, signs in once with the environment's credentials; without any, the
   * session has ended.
   */
  refresh(
    transaction: Transaction,
    account: TokenAccount,
    token: Secret,
    options?: TakeOver,
  ): Promise<ActiveSession>;
  /** Signs in once with the environment's credentials after another process has removed the session. */
  replaceForgotten(transaction: Transaction, user: string): Promise<ActiveSession>;
  /** Uses the kept session, or else the environment's credentials; undefined without either. */
  acquireSession(transaction: Transaction, options?: TakeOver): Promise<ActiveSession | undefined>;
}

export function createSessionSource(
  { host, nowMs, ofEnvironment, requests, setActive }: SignInParts,
  { limiterFor, persist }: RateLimit,
): SessionSource {
  /** The environment's credentials were refused: they are never sent again. */
  let environmentRefused = false;

  function activate(
    session: Omit<Session, "host">,
    answer: TokenAnswer,
    renewal: ActiveSession["renewal"],
  ): ActiveSession {
    const active = activeSession({ ...session, host }, answer, renewal, nowMs());
    setActive(active);
    return active;
  }

  /** The session of an answer that contains the refresh token `token` or was requested with it. */
  function activateRefreshable(
    transaction: Transaction,
    account: TokenAccount,
    answer: TokenAnswer,
    token: Secret,
  ): ActiveSession {
    const { user } = account;
    const kept = { host, ...account, refreshToken: token.reveal(), issuedAtMs: nowMs() };
    const renewal = { kind: "refresh", account, token } as const;
    if (persist(() => keepSession(transaction, kept)))
      return activate({ kind: "password", user }, answer, renewal);
    const outlived = keptSession(transaction.read(), host, user)?.refreshToken;
    const session = { kind: "password", user, unkeptBy: "disk" } as const;
    return activate(session, answer, { ...renewal, isUnkept: true, outlived });
  }

  async function signIn(
    transaction: Transaction,
    credentials: Credentials,
    { takeOver = false }: TakeOver = {},
  ): Promise<ActiveSession> {
    try {
      return await requestSession(transaction, credentials, { takeOver });
    } catch (thrown) {
      if (takeOver || !isQuota(thrown) || !(await holdsQuota(transaction, credentials)))
        throw thrown;
      return requestSession(transaction, credentials, { takeOver: true });
    }
  }

  /** True if the kept session is the one that blocks the sign-in; no other program uses it. */
  async function holdsQuota(transaction: Transaction, credentials: Credentials): Promise<boolean> {
    if (credentials.kind === "client") return false;
    const found = keptSession(transaction.read(), host, credentials.username);
    if (found === undefined) return false;
    const token = new Secret(found.refreshToken);
    try {
      const answer = await requests.refresh(found, token, limiterFor(transaction));
      const refreshToken = (answer.refreshToken ?? token).reveal();
      persist(() => keepSession(transaction, { ...found, refreshToken, issuedAtMs: nowMs() }));
      return true;
    } catch (thrown) {
      if (isRefusal(thrown)) return false;
      throw thrown;
    }
  }

  async function requestSession(
    transaction: Transaction,
    credentials: Credentials,
    { takeOver }: Required<TakeOver>,
  ): Promise<ActiveSession> {
    const user = userOf(credentials);
    let answer: TokenAnswer;
    try {
      answer = await requests.signIn(credentials, takeOver, limiterFor(transaction));
    } catch (thrown) {
      if (isRefusal(thrown) && !isQuota(thrown))
        persist(() => keepRefusal(transaction, host, user, nowMs()));
      throw thrown;
    }
    persist(() => forgetRefusals(transaction, host, user, nowMs()));
    persist(() => keepAccount(transaction, credentials));
    if (credentials.kind === "client")
      return activate({ kind: "client", user }, answer, { kind: "credentials", credentials });
    if (answer.refreshToken === undefined) {
      const session = { kind: "password", user, unkeptBy: "service" } as const;
      return activate(session, answer, { kind: "credentials", credentials });
    }
    const account = { user, appKey: credentials.appKey };
    return activateRefreshable(transaction, account, answer, answer.refreshToken);
  }

  async function signInByEnvironment(
    transaction: Transaction,
    options?: TakeOver,
  ): Promise<ActiveSession | undefined> {
    if (ofEnvironment === undefined || environmentRefused) return undefined;
    const user = userOf(ofEnvironment);
    const untilMs = refusedUntilMs(transaction.read(), host, user, nowMs());
    if (untilMs !== undefined) throw refusedOften(user, untilMs);
    try {
      return await signIn(transaction, ofEnvironment, options);
    } catch (thrown) {
      if (isRefusal(thrown) && !isQuota(thrown)) environmentRefused = true;
      throw thrown;
    }
  }

  async function refresh(
    transaction: Transaction,
    account: TokenAccount,
    token: Secret,
    options?: TakeOver,
  ): Promise<ActiveSession> {
    try {
      const answer = await requests.refresh(account, token, limiterFor(transaction));
      return activateRefreshable(transaction, account, answer, answer.refreshToken ?? token);
    } catch (thrown) {
      if (!isRefusal(thrown)) throw thrown;
      persist(() => forgetSession(transaction, { host, user: account.user }));
      return replaceEnded(transaction, sessionEnded(account.user, thrown), options);
    }
  }

  async function replaceEnded(
    transaction: Transaction,
    ended: AppError,
    options?: TakeOver,
  ): Promise<ActiveSession> {
    setActive(undefined);
    const active = await signInByEnvironment(transaction, options).catch((refused: unknown) => {
      throw isQuota(refused) ? quotaAfterRefusal(refused) : refused;
    });
    if (active === undefined) throw ended;
    return active;
  }

  return {
    hasCredentials: () => ofEnvironment !== undefined && !environmentRefused,
    signIn,
    refresh,
    replaceForgotten: (transaction, user) => replaceEnded(transaction, sessionForgotten(user)),
    async acquireSession(transaction, options) {
      const found = keptSession(transaction.read(), host);
      if (found === undefined) return signInByEnvironment(transaction, options);
      const { user, appKey, refreshToken } = found;
      return refresh(transaction, { user, appKey }, new Secret(refreshToken), options);
    },
  };
}

/** The user name, or the client id. */
function userOf(credentials: Credentials): string {
  return credentials.kind === "client" ? credentials.clientId : credentials.username;
}

export function isRefusal(thrown: unknown): thrown is AppError {
  return thrown instanceof AppError && thrown.kind === "sign-in";
}

function isQuota(thrown: unknown): thrown is AppError {
  return isRefusal(thrown) && thrown.reason === "session-quota";
}

/** The kept token was refused too, so its own session may be the one that blocks the sign-in. */
function quotaAfterRefusal(cause: AppError): AppError {
  return cause.withFacts({
    advice:
      "The kept session was refused too. If a power failure or crash lost its last renewal, the open session is its own and ends within minutes; otherwise another program has it. To end it now, run cfs login --take-over.",
  });
}

/** A program that is started again and again would lock the account with a wrong password. */
function refusedOften(user: string, untilMs: number): AppError {
  return new AppError({
    kind: "sign-in",
    tried: `Signing in as ${user} with the environment's credentials`,
    answered: "it was refused three times within ten minutes, so it is not retried for now",
    advice: `Repeated failures lock an account. Correct the credentials, or wait until ${new Date(untilMs).toISOString()}.`,
    reason: "rate-limited",
  });
}

function sessionForgotten(user: string): AppError {
  return new AppError({
    kind: "sign-in",
    tried: `Renewing the session of ${user}`,
    answered: "another cfs signed out, or the service refused its renewal",
    advice: "Sign in again: cfs login.",
    reason: "session-ended",
  });
}

function sessionEnded(user: string, cause: AppError): AppError {
  return cause.withFacts({
    kind: "sign-in",
    tried: `Renewing the session of ${user}`,
    advice: "The session has expired, or another program took it over. Sign in again: cfs login.",
    reason: "session-ended",
  });
}
