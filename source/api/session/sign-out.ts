import { Secret } from "../../base/secret.ts";
import type { Transaction } from "../../config/state-store.ts";
import type { TokenGates } from "./rate-limit.ts";
import { TooSoon } from "./rate-limit-wait.ts";
import { isRefusal } from "./session-errors.ts";
import { type Account, forgetSession, keptSession, type Live } from "./session-store.ts";
import type { TokenRequests } from "./token-requests.ts";

interface SignOutParts {
  host: string;
  requests: TokenRequests;
  /** The session of this process. */
  live: () => Live | undefined;
  /** Told that there is none any more. */
  become: (next: undefined) => void;
}

/** The way out of a session: of this process's, else of the kept one. */
interface SignOut {
  /** Revokes, and forgets even where that failed; throws TooSoon, and has not forgotten yet, where a pause comes first. */
  leave(transaction: Transaction): Promise<void>;
  forget(transaction: Transaction): void;
}

export function createSignOut(parts: SignOutParts, { gateOf }: TokenGates): SignOut {
  const { become, host, live, requests } = parts;

  /** Client credentials have nothing to revoke, and nothing of them is kept. */
  function accountOf(transaction: Transaction): Account | undefined {
    const session = live();
    if (session === undefined) return keptSession(transaction.read(), host);
    return session.renewal.kind === "refresh" ? session.renewal.account : undefined;
  }

  /** By the kept refresh token; undefined where the session has ended at the service already. */
  async function accessTokenFor(
    transaction: Transaction,
    account: Account,
  ): Promise<Secret | undefined> {
    const kept = keptSession(transaction.read(), host, account.user);
    if (kept === undefined) return undefined;
    try {
      const token = new Secret(kept.refreshToken);
      return (await requests.refresh(account, token, gateOf(transaction))).accessToken;
    } catch (thrown) {
      if (isRefusal(thrown)) return undefined;
      throw thrown;
    }
  }

  async function revoke(transaction: Transaction): Promise<void> {
    const account = accountOf(transaction);
    if (account === undefined) return;
    // Only an access token can be revoked, so a session that has none yet gets one.
    const token = live()?.accessToken ?? (await accessTokenFor(transaction, account));
    if (token !== undefined) await requests.revoke(account, token);
  }

  function forget(transaction: Transaction): void {
    const account = accountOf(transaction);
    if (account !== undefined) forgetSession(transaction, { host, user: account.user });
    become(undefined);
  }

  return {
    async leave(transaction) {
      try {
        await revoke(transaction);
      } catch (thrown) {
        // What is kept is needed yet, after the pause.
        if (!(thrown instanceof TooSoon)) forget(transaction);
        throw thrown;
      }
      forget(transaction);
    },
    forget,
  };
}
