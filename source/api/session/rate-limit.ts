import type { AppError } from "../../base/errors.ts";
import type { SavedState } from "../../config/state-schema.ts";
import type { Transaction } from "../../config/state-store.ts";
import type { TokenLimiter } from "./token-requests.ts";

/** So many sign-ins and renewals may be sent one after the other by all processes together. */
export const burst = 30;

/** Then one more in each span of this length: at most 45 in any minute. The service may lock above 50. */
export const spanMs = 4_000;

/** After a 429 that does not say for how long. */
const usualPauseMs = 30_000;

/** A password that was refused so often within this time is not sent again without a person's doing. */
const mostRefusals = 3;
const refusalsCountMs = 10 * 60_000;

/** Until when no sign-in and no renewal may be sent. */
export interface Pause {
  untilMs: number;
  /** "told": the service asked for it by a 429; "pace": this program holds itself back. */
  why: "told" | "pace";
}

/** Thrown instead of sending a sign-in or renewal too soon. */
export class RateLimited extends Error {
  override readonly name = "RateLimited";
  readonly pause: Pause;
  /** What the service answered, if a request was sent. */
  readonly refusal: AppError | undefined;

  constructor(pause: Pause, refusal?: AppError) {
    super("a sign-in or renewal would be too soon", { cause: refusal });
    this.pause = pause;
    this.refusal = refusal;
  }
}

type Kept = SavedState["tokenPace"][number];

/** Undefined where one may be sent now. A clock that was set back leaves no long pause. */
export function pauseBefore(state: SavedState, host: string, nowMs: number): Pause | undefined {
  const kept = keptFor(state, host);
  const { told } = kept;
  if (told !== undefined && told.atMs <= nowMs && nowMs < told.untilMs)
    return { untilMs: told.untilMs, why: "told" };
  const waitMs = spentMs(kept, nowMs) - (burst - 1) * spanMs;
  return waitMs > 0 ? { untilMs: nowMs + waitMs, why: "pace" } : undefined;
}

export function countRequest(transaction: Transaction, host: string, nowMs: number): void {
  change(transaction, host, (kept) => ({
    ...kept,
    paidAtMs: nowMs + spentMs(kept, nowMs) + spanMs,
  }));
}

/** The pause that a 429 asks for, by its Retry-After. */
export function toldPause(nowMs: number, retryAfterMs: number | undefined): Pause {
  return { untilMs: nowMs + (retryAfterMs ?? usualPauseMs), why: "told" };
}

export function keepPause(
  transaction: Transaction,
  host: string,
  nowMs: number,
  { untilMs }: Pause,
): void {
  change(transaction, host, (kept) => ({ ...kept, told: { atMs: nowMs, untilMs } }));
}

/** Until when the environment's password of `user` is not to be sent by itself; undefined: it may be. */
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

/** Keeps that the service did not take what `user` signed in with; `wasRefused` false: that it did. */
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
 * How far the requests sent so far reach into the time to come, by one span each. What reaches further than
 * requests can was kept before the clock was set back: then one may be sent, and the next after a span.
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
  /** Told what went wrong without stopping anything, as a sentence. */
  notice: (text: string) => void;
  now: () => number;
}

/** What each sign-in and renewal passes, so that all processes together keep the service's pace. */
export interface RateLimit {
  limiterFor(transaction: Transaction): TokenLimiter;
  /**
   * Writes to the conf file; false where it could not. A disk that refuses ends no session; the next start
   * just has to sign in again.
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
        const pause = toldPause(nowMs, refusal.retryAfterMs);
        persist(() => keepPause(transaction, host, nowMs, pause));
        throw new RateLimited(pause, refusal);
      },
    }),
    persist,
  };
}
