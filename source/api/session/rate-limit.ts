import type { AppError } from "../../base/errors.ts";
import type { SavedState } from "../../config/state-schema.ts";
import type { Transaction } from "../../config/state-store.ts";
import type { TokenLimiter } from "./token-requests.ts";

/** The number of sign-ins and refreshes that all processes together may send without a pause. */
export const burst = 30;

/** Then one more in each span of this length: at most 45 in any minute. The service may lock above 50. */
export const spanMs = 4_000;

/** The pause after a 429 without a Retry-After. */
const usualPauseMs = 30_000;

/** A password that was refused so often within this time is not sent again without a person's doing. */
const mostRefusals = 3;
const refusalsCountMs = 10 * 60_000;

/** Until when no sign-in and no renewal may be sent. */
export interface Pause {
  untilMs: number;
  /** "requested": by a 429; "own-limit": this program's own limit. */
  why: "requested" | "own-limit";
}

/** Thrown instead of sending a sign-in or renewal too soon. */
export class RateLimited extends Error {
  override readonly name = "RateLimited";
  readonly pause: Pause;
  /** The service's answer, if a request was sent. */
  readonly refusal: AppError | undefined;

  constructor(pause: Pause, refusal?: AppError) {
    super("a sign-in or renewal would be too soon", { cause: refusal });
    this.pause = pause;
    this.refusal = refusal;
  }
}

type Kept = SavedState["tokenPace"][number];

/** Undefined if a request may be sent now. Setting the clock back causes no long pause. */
export function pauseBefore(state: SavedState, host: string, nowMs: number): Pause | undefined {
  const kept = keptFor(state, host);
  const { told } = kept;
  if (told !== undefined && told.atMs <= nowMs && nowMs < told.untilMs)
    return { untilMs: told.untilMs, why: "requested" };
  const waitMs = spentMs(kept, nowMs) - (burst - 1) * spanMs;
  return waitMs > 0 ? { untilMs: nowMs + waitMs, why: "own-limit" } : undefined;
}

export function countRequest(transaction: Transaction, host: string, nowMs: number): void {
  change(transaction, host, (kept) => ({
    ...kept,
    paidAtMs: nowMs + spentMs(kept, nowMs) + spanMs,
  }));
}

/** The pause that a 429 requests in its Retry-After. */
export function requestedPause(nowMs: number, retryAfterMs: number | undefined): Pause {
  return { untilMs: nowMs + (retryAfterMs ?? usualPauseMs), why: "requested" };
}

export function keepPause(
  transaction: Transaction,
  host: string,
  nowMs: number,
  { untilMs }: Pause,
): void {
  change(transaction, host, (kept) => ({ ...kept, told: { atMs: nowMs, untilMs } }));
}

/**
 * The time until which the environment's password of `user` must not be sent automatically; undefined if it
 * may be sent.
 */
export function refusedUntilMs(
  state: SavedState,
  host: string,
  user: string,
  nowMs: number,
): number | undefined {
  const recent = refusalsOf(keptFor(state, host), nowMs).filter((one) => one.user === user);
  const [oldest] = recent.slice(-mostRefusals);
  if (oldest === undefined || recent.length < mostRefusals) return undefined;
  return oldest.atMs + refusalsCountMs;
}

/** Records whether the service refused the credentials of `user`. */
export function keepOutcome(
  transaction: Transaction,
  host: string,
  user: string,
  nowMs: number,
  wasRefused: boolean,
): void {
  const before = keptFor(transaction.read(), host);
  if (!wasRefused && (before.refusals ?? []).every((one) => one.user !== user)) return;
  change(transaction, host, (kept) => {
    const others = refusalsOf(kept, nowMs);
    const refusals = wasRefused
      ? [...others, { user, atMs: nowMs }]
      : others.filter((one) => one.user !== user);
    return { ...kept, refusals };
  });
}

function keptFor(state: SavedState, host: string): Kept {
  return state.tokenPace.find((kept) => kept.host === host) ?? { host, paidAtMs: 0 };
}

/**
 * The time until which the requests sent so far use up the pace, with one span for each. A time further ahead
 * than requests can cause dates from before the clock was set back: then one request may be sent, and the
 * next after a span.
 */
function spentMs({ paidAtMs }: Kept, nowMs: number): number {
  const aheadMs = paidAtMs - nowMs;
  return aheadMs > burst * spanMs ? (burst - 1) * spanMs : Math.max(0, aheadMs);
}

function refusalsOf({ refusals = [] }: Kept, nowMs: number) {
  return refusals.filter(({ atMs }) => atMs <= nowMs && nowMs - atMs < refusalsCountMs);
}

function change(transaction: Transaction, host: string, apply: (kept: Kept) => Kept): void {
  const state = transaction.read();
  const others = state.tokenPace.filter((kept) => kept.host !== host);
  transaction.write({ ...state, tokenPace: [apply(keptFor(state, host)), ...others].slice(0, 20) });
}

interface RateLimitParts {
  host: string;
  /** Called with a sentence about a failure that stops nothing. */
  notice: (text: string) => void;
  now: () => number;
}

/** Limits every sign-in and refresh, so that all processes together keep the service's pace. */
export interface RateLimit {
  limiterFor(transaction: Transaction): TokenLimiter;
  /**
   * Writes to the conf file; false if that fails. A failed write does not end the session, but the next start
   * has to sign in again.
   */
  persist(write: () => void): boolean;
}

export function createRateLimit({ host, notice, now }: RateLimitParts): RateLimit {
  function persist(write: () => void): boolean {
    try {
      write();
      return true;
    } catch (thrown) {
      notice(thrown instanceof Error ? thrown.message : String(thrown));
      return false;
    }
  }

  return {
    limiterFor: (transaction) => ({
      acquire() {
        const pause = pauseBefore(transaction.read(), host, now());
        if (pause !== undefined) throw new RateLimited(pause);
        persist(() => countRequest(transaction, host, now()));
      },
      refused(refusal) {
        const nowMs = now();
        const pause = requestedPause(nowMs, refusal.retryAfterMs);
        persist(() => keepPause(transaction, host, nowMs, pause));
        throw new RateLimited(pause, refusal);
      },
    }),
    persist,
  };
}
