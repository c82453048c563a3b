import type { Transaction } from "../../config/state-store.ts";
import { countRequest, keepPause, pauseBefore, toldPause } from "./rate-limit.ts";
import { TooSoon } from "./rate-limit-wait.ts";
import type { TokenGate } from "./token-requests.ts";

interface GateParts {
  host: string;
  /** Told what went wrong without stopping anything, as a sentence. */
  notice: (text: string) => void;
  now: () => number;
}

/** What each sign-in and renewal passes, so that all processes together keep the service's pace. */
export interface TokenGates {
  /** Lets a request through, and counts it; throws TooSoon where a pause comes first or the service asks for one. */
  gateOf(transaction: Transaction): TokenGate;
  /**
   * Writes to the conf file; false where it could not. A disk that refuses ends no session; the next start
   * just has to sign in again.
   */
  keeping(write: () => void): boolean;
}

export function createTokenGates({ host, notice, now }: GateParts): TokenGates {
  function gateOf(transaction: Transaction): TokenGate {
    return {
      before() {
        refuseTooSoon(transaction);
        keeping(() => countRequest(transaction, host, now()));
      },
      tooMany(refusal) {
        const nowMs = now();
        const pause = toldPause(nowMs, refusal.retryAfterMs);
        keeping(() => keepPause(transaction, host, nowMs, pause));
        throw new TooSoon(pause, refusal);
      },
    };
  }

  function refuseTooSoon(transaction: Transaction): void {
    const pause = pauseBefore(transaction.read(), host, now());
    if (pause !== undefined) throw new TooSoon(pause);
  }

  function keeping(write: () => void): boolean {
    try {
      write();
      return true;
    } catch (thrown) {
      notice(thrown instanceof Error ? thrown.message : String(thrown));
      return false;
    }
  }

  return { gateOf, keeping };
}
