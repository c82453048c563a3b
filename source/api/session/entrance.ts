import type { Credentials } from "../../base/environment-types.ts";
import { Secret } from "../../base/secret.ts";
import type { Transaction } from "../../config/state-store.ts";
import { sessionQuotaCode } from "../replies/refusal.ts";
import type { Account, Live } from "./live-session.ts";
import { refusedUntilMs } from "./rate-limit.ts";
import { isRefusal, refusedOften, sessionEnded } from "./session-errors.ts";
import { forgetSession, keptSession } from "./session-store.ts";
import { createSignIn, type SignInParts, userOf } from "./sign-in.ts";
import type { TokenGates } from "./token-gates.ts";

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
      if (isRefusal(thrown) && thrown.code !== sessionQuotaCode) environmentRefused = true;
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

  return {
    knowsCredentials: () => ofEnvironment !== undefined && !environmentRefused,
    signIn,
    refresh,
    resume,
  };
}
