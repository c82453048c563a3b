import type { Transaction } from "../config/kept-state.ts";
import { Secret } from "../secret.ts";
import { type Account, type Live, liveSession } from "./live-session.ts";
import { sessionQuotaCode } from "./refusal.ts";
import type { Credentials, Session } from "./service.ts";
import { isRefusal, refusedOften, sessionEnded } from "./session-errors.ts";
import { forgetSession, keepAccount, keepSession, keptSession } from "./session-file.ts";
import { countRequest, keepOutcome, keepPause, pauseBefore, refusedUntilMs } from "./token-pace.ts";
import { TooSoon } from "./token-pauses.ts";
import type { TokenAnswer, TokenGate, TokenRequests } from "./token-requests.ts";

interface EntranceParts {
  host: string;
  requests: TokenRequests;
  /** The environment's credentials. */
  ofEnvironment: Credentials | undefined;
  /** Told what went wrong without stopping anything, as a sentence. */
  notice: (text: string) => void;
  now: () => number;
  /** Told each new session, and that there is none any more. */
  become: (next: Live | undefined) => void;
}

/**
 * The ways to a session. Each has a transaction: it runs under the lock of the conf file, and keeps there
 * what the next way needs. Each throws TooSoon where a pause comes first.
 */
interface Entrance {
  /** False once the environment's credentials were refused, and where there are none. */
  knowsCredentials(): boolean;
  signIn(transaction: Transaction, credentials: Credentials, takeOver: boolean): Promise<Live>;
  /** One refresh; where it is refused, the environment's credentials, once; then the session has ended. */
  refresh(
    transaction: Transaction,
    account: Account,
    token: Secret,
    takeOver: boolean,
  ): Promise<Live>;
  /** By the kept session, else by the environment's credentials; undefined where there is neither. */
  resume(transaction: Transaction, takeOver: boolean): Promise<Live | undefined>;
  /** An access token for a kept refresh token; undefined where the session has ended at the service already. */
  accessTokenFor(
    transaction: Transaction,
    account: Account,
    refreshToken: string | undefined,
  ): Promise<Secret | undefined>;
  refuseTooSoon(transaction: Transaction): void;
}

export function createEntrance(parts: EntranceParts): Entrance {
  const { become, host, notice, now, ofEnvironment, requests } = parts;
  /** The environment's credentials were refused: they are never sent again. */
  let environmentRefused = false;

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
      notice(thrown instanceof Error ? thrown.message : String(thrown));
    }
  }

  function enter(
    kind: Session["kind"],
    user: string,
    answer: TokenAnswer,
    renewal: Live["renewal"],
  ): Live {
    const entered = liveSession({ kind, user, host }, answer, renewal, now());
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

  async function signIn(
    transaction: Transaction,
    credentials: Credentials,
    takeOver: boolean,
  ): Promise<Live> {
    try {
      return await enterBy(transaction, credentials, takeOver);
    } catch (thrown) {
      const isQuota = isRefusal(thrown) && thrown.code === sessionQuotaCode;
      if (takeOver || !isQuota || !(await holdsQuota(transaction, credentials))) throw thrown;
      return enterBy(transaction, credentials, true);
    }
  }

  /** True where the session in the way is the kept one: whoever takes that over takes it from nobody else. */
  async function holdsQuota(transaction: Transaction, credentials: Credentials): Promise<boolean> {
    if (credentials.kind === "client") return false;
    const found = keptSession(transaction.read(), host, credentials.username);
    if (found === undefined) return false;
    const token = new Secret(found.refreshToken);
    try {
      const answer = await requests.refresh(found, token, gateOf(transaction));
      const refreshToken = (answer.refreshToken ?? token).reveal();
      keeping(() => keepSession(transaction, { ...found, refreshToken, issuedAtMs: now() }));
      return true;
    } catch (thrown) {
      if (isRefusal(thrown)) return false;
      throw thrown;
    }
  }

  async function enterBy(
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

  async function signInByEnvironment(
    transaction: Transaction,
    takeOver: boolean,
  ): Promise<Live | undefined> {
    if (ofEnvironment === undefined || environmentRefused) return undefined;
    refuseOften(transaction, ofEnvironment);
    try {
      return await signIn(transaction, ofEnvironment, takeOver);
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
      const entered = await signInByEnvironment(transaction, takeOver);
      if (entered === undefined) throw sessionEnded(account.user, thrown);
      return entered;
    }
  }

  async function resume(transaction: Transaction, takeOver: boolean): Promise<Live | undefined> {
    const found = keptSession(transaction.read(), host);
    if (found === undefined) return signInByEnvironment(transaction, takeOver);
    return refresh(
      transaction,
      { user: found.user, appKey: found.appKey },
      new Secret(found.refreshToken),
      takeOver,
    );
  }

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

  return {
    knowsCredentials: () => ofEnvironment !== undefined && !environmentRefused,
    signIn,
    refresh,
    resume,
    accessTokenFor,
    refuseTooSoon,
  };
}
