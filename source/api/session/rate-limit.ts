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

/** What the conf file has of the token requests to one host. */
type TokenPace = SavedState["tokenPace"][number];

/** Undefined if a request may be sent now. Setting the clock back causes no long pause. */
export function pauseBefore(state: SavedState, host: string, nowMs: number): Pause | undefined {
  const pace = paceOf(state, host);
  const { requested } = pace;
  if (requested !== undefined && requested.atMs <= nowMs && nowMs < requested.untilMs)
    return { untilMs: requested.untilMs, why: "requested" };
  const waitMs = spentMs(pace, nowMs) - (burst - 1) * spanMs;
  return waitMs > 0 ? { untilMs: nowMs + waitMs, why: "own-limit" } : undefined;
}

export function countRequest(transaction: Transaction, host: string, nowMs: number): void {
  change(transaction, host, (pace) => ({
    ...pace,
    paidAtMs: nowMs + spentMs(pace, nowMs) + spanMs,
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
  change(transaction, host, (pace) => ({ ...pace, requested: { atMs: nowMs, untilMs } }));
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
  const recent = refusalsOf(paceOf(state, host), nowMs).filter((one) => one.user === user);
  const [oldest] = recent.slice(-mostRefusals);
  if (oldest === undefined || recent.length < mostRefusals) return undefined;
  return oldest.atMs + refusalsCountMs;
}

/** Records that the service refused the credentials of `user`. */
export function keepRefusal(
  transaction: Transaction,
  host: string,
  user: string,
  nowMs: number,
): void {
  change(transaction, host, (pace) => ({
    ...pace,
    refusals: [...refusalsOf(pace, nowMs), { user, atMs: nowMs }],
  }));
}

/** Forgets the refusals of `user`, whose credentials the service accepted. */
export function forgetRefusals(
  transaction: Transaction,
  host: string,
  user: string,
  nowMs: number,
): void {
  const { refusals = [] } = paceOf(transaction.read(), host);
  if (refusals.every((one) => one.user !== user)) return;
  change(transaction, host, (pace) => ({
    ...pace,
    refusals: refusalsOf(pace, nowMs).filter((one) => one.user !== user),
  }));
}

function paceOf(state: SavedState, host: string): TokenPace {
  return state.tokenPace.find((pace) => pace.host === host) ?? { host, paidAtMs: 0 };
}

/**
 * The time until which the requests sent so far use up the pace, with one span for each. A time further ahead
 * than requests can cause dates from before the clock was set back: then one request may be sent, and the
 * next after a span.
 */
function spentMs({ paidAtMs }: TokenPace, nowMs: number): number {
  const aheadMs = paidAtMs - nowMs;
  return aheadMs > burst * spanMs ? (burst - 1) * spanMs : Math.max(0, aheadMs);
}

function refusalsOf({ refusals = [] }: TokenPace, nowMs: number) {
  return refusals.filter(({ atMs }) => atMs <= nowMs && nowMs - atMs < refusalsCountMs);
}

function change(
  transaction: Transaction,
  host: string,
  apply: (pace: TokenPace) => TokenPace,
): void {
  const state = transaction.read();
  const others = state.tokenPace.filter((pace) => pace.host !== host);
  transaction.write({ ...state, tokenPace: [apply(paceOf(state, host)), ...others].slice(0, 20) });
}

interface RateLimitParts {
  host: string;
  /** Called with a sentence about a failure that stops nothing. */
  notice: (text: string) => void;
  nowMs: () => number;
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

export function createRateLimit({ host, notice, nowMs }: RateLimitParts): RateLimit {
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
        const pause = pauseBefore(transaction.read(), host, nowMs());
        if (pause !== undefined) throw new RateLimited(pause);
        persist(() => countRequest(transaction, host, nowMs()));
      },
      refused(refusal) {
        const atMs = nowMs();
        const pause = requestedPause(atMs, refusal.retryAfterMs);
        persist(() => keepPause(transaction, host, atMs, pause));
        throw new RateLimited(pause, refusal);
      },
    }),
    persist,
  };
}
