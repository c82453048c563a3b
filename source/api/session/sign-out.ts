import { Secret } from "../../base/secret.ts";
import type { Transaction } from "../../config/state-store.ts";
import { type RateLimit, RateLimited } from "./rate-limit.ts";
import {
  type ActiveSession,
  forgetSession,
  keptSession,
  type TokenAccount,
} from "./session-store.ts";
import { isRefusal } from "./sign-in.ts";
import type { TokenRequests } from "./token-requests.ts";

interface SignOutParts {
  host: string;
  requests: TokenRequests;
  active: () => ActiveSession | undefined;
  setActive: (next: undefined) => void;
}

interface SignOut {
  /** Revokes, and forgets even if that failed. Throws RateLimited, before it forgets, if a pause is due. */
  signOut(transaction: Transaction): Promise<void>;
  forget(transaction: Transaction): void;
}

export function createSignOut(
  { active, host, requests, setActive }: SignOutParts,
  { limiterFor }: RateLimit,
): SignOut {
  /** Client credentials have nothing to revoke, and nothing of them is kept. */
  function accountOf(transaction: Transaction): TokenAccount | undefined {
    const session = active();
    if (session === undefined) return keptSession(transaction.read(), host);
    return session.renewal.kind === "refresh" ? session.renewal.account : undefined;
  }

  /** Requested with the kept refresh token; undefined if the service has already ended the session. */
  async function accessTokenFor(
    transaction: Transaction,
    account: TokenAccount,
  ): Promise<Secret | undefined> {
    const kept = keptSession(transaction.read(), host, account.user);
    if (kept === undefined) return undefined;
    try {
      const token = new Secret(kept.refreshToken);
      return (await requests.refresh(account, token, limiterFor(transaction))).accessToken;
    } catch (thrown) {
      if (isRefusal(thrown)) return undefined;
      throw thrown;
    }
  }

  async function revoke(transaction: Transaction): Promise<void> {
    const account = accountOf(transaction);
    if (account === undefined) return;
    // Only an access token can be revoked, so a session without one requests it first.
    const token = active()?.accessToken ?? (await accessTokenFor(transaction, account));
    if (token !== undefined) await requests.revoke(account, token);
  }

  function forget(transaction: Transaction): void {
    const account = accountOf(transaction);
    if (account !== undefined) forgetSession(transaction, { host, user: account.user });
    setActive(undefined);
  }

  return {
    async signOut(transaction) {
      try {
        await revoke(transaction);
      } catch (thrown) {
        // The kept session is still needed after the pause.
        if (!(thrown instanceof RateLimited)) forget(transaction);
        throw thrown;
      }
      forget(transaction);
    },
    forget,
  };
}
