import type { Credentials } from "../../base/environment-types.ts";
import { Secret } from "../../base/secret.ts";
import type { Transaction } from "../../config/state-store.ts";
import type { Session } from "../service.ts";
import { keepOutcome, refusedUntilMs, type TokenGates } from "./rate-limit.ts";
import {
  isQuota,
  isRefusal,
  quotaAfterRefusal,
  refusedOften,
  sessionEnded,
} from "./session-errors.ts";
import {
  type Account,
  forgetSession,
  keepAccount,
  keepSession,
  keptSession,
  type Live,
  liveSession,
} from "./session-store.ts";
import type { TokenAnswer, TokenRequests } from "./token-requests.ts";

export interface SignInParts {
  host: string;
  requests: TokenRequests;
  now: () => number;
  /** Told each new session, and that there is none any more. */
  become: (next: Live | undefined) => void;
}

/** Sessions by credentials, and what is kept of them in the conf file. */
interface SignIn {
  /** Another session in the way is taken over where that is wished, or where it is the kept one. */
  signIn(transaction: Transaction, credentials: Credentials, takeOver: boolean): Promise<Live>;
  /** The session of an answer that came with, or by, the refresh token `token`. */
  enterRefreshable(
    transaction: Transaction,
    account: Account,
    answer: TokenAnswer,
    token: Secret,
  ): Live;
}

/** The user name, or the client id. */
export function userOf(credentials: Credentials): string {
  return credentials.kind === "client" ? credentials.clientId : credentials.username;
}

export function createSignIn(parts: SignInParts, { gateOf, keeping }: TokenGates): SignIn {
  const { become, host, now, requests } = parts;

  function enter(
    session: Omit<Session, "host">,
    answer: TokenAnswer,
    renewal: Live["renewal"],
  ): Live {
    const entered = liveSession({ ...session, host }, answer, renewal, now());
    become(entered);
    return entered;
  }

  function enterRefreshable(
    transaction: Transaction,
    account: Account,
    answer: TokenAnswer,
    token: Secret,
  ): Live {
    const isKept = keeping(() =>
      keepSession(transaction, {
        host,
        ...account,
        refreshToken: token.reveal(),
        issuedAtMs: now(),
      }),
    );
    const outlived = isKept
      ? undefined
      : keptSession(transaction.read(), host, account.user)?.refreshToken;
    const session: Omit<Session, "host"> = { kind: "password", user: account.user };
    if (!isKept) session.unkeptBy = "disk";
    return enter(session, answer, { kind: "refresh", account, token, outlived });
  }

  async function signIn(
    transaction: Transaction,
    credentials: Credentials,
    takeOver: boolean,
  ): Promise<Live> {
    try {
      return await enterBy(transaction, credentials, takeOver);
    } catch (thrown) {
      if (takeOver || !isQuota(thrown) || !(await holdsQuota(transaction, credentials)))
        throw thrown;
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
    const user = userOf(credentials);
    const remember = (wasRefused: boolean) =>
      keeping(() => keepOutcome(transaction, host, user, now(), wasRefused));
    let answer: TokenAnswer;
    try {
      answer = await requests.signIn(credentials, takeOver, gateOf(transaction));
    } catch (thrown) {
      if (isRefusal(thrown) && !isQuota(thrown)) remember(true);
      throw thrown;
    }
    remember(false);
    keeping(() => keepAccount(transaction, credentials));
    if (credentials.kind === "client") {
      return enter({ kind: "client", user }, answer, { kind: "credentials", credentials });
    }
    if (answer.refreshToken === undefined) {
      const session = { kind: "password", user, unkeptBy: "service" } as const;
      return enter(session, answer, { kind: "credentials", credentials });
    }
    const account = { user, appKey: credentials.appKey };
    return enterRefreshable(transaction, account, answer, answer.refreshToken);
  }

  return { signIn, enterRefreshable };
}

interface EntranceParts extends SignInParts {
  /** The environment's credentials. */
  ofEnvironment: Credentials | undefined;
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
}

export function createEntrance(parts: EntranceParts, gates: TokenGates): Entrance {
  const { become, host, now, ofEnvironment, requests } = parts;
  const { gateOf, keeping } = gates;
  const { signIn, enterRefreshable } = createSignIn(parts, gates);
  /** The environment's credentials were refused: they are never sent again. */
  let environmentRefused = false;

  async function signInByEnvironment(
    transaction: Transaction,
    takeOver: boolean,
  ): Promise<Live | undefined> {
    if (ofEnvironment === undefined || environmentRefused) return undefined;
    refuseOften(transaction, ofEnvironment);
    try {
      return await signIn(transaction, ofEnvironment, takeOver);
    } catch (thrown) {
      if (isRefusal(thrown) && !isQuota(thrown)) environmentRefused = true;
      throw thrown;
    }
  }

  /** A program that is started again and again would lock the account with a wrong password. */
  function refuseOften(transaction: Transaction, credentials: Credentials): void {
    const user = userOf(credentials);
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
      const entered = await signInByEnvironment(transaction, takeOver).catch((refused: unknown) => {
        throw isQuota(refused) ? quotaAfterRefusal(refused) : refused;
      });
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

  return {
    knowsCredentials: () => ofEnvironment !== undefined && !environmentRefused,
    signIn,
    refresh,
    resume,
  };
}
