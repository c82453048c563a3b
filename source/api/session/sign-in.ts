import type { Credentials } from "../../base/environment-types.ts";
import { Secret } from "../../base/secret.ts";
import type { Transaction } from "../../config/state-store.ts";
import { sessionQuotaCode } from "../replies/refusal.ts";
import type { Session } from "../service.ts";
import { type Account, type Live, liveSession } from "./live-session.ts";
import { keepOutcome } from "./rate-limit.ts";
import { isRefusal } from "./session-errors.ts";
import { keepAccount, keepSession, keptSession } from "./session-store.ts";
import type { TokenGates } from "./token-gates.ts";
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
    const user = userOf(credentials);
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
