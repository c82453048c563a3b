import { setTimeout as sleep } from "node:timers/promises";
import { debug } from "../../base/debug.ts";
import { AppError } from "../../base/errors.ts";
import type { SignInPause } from "../service.ts";
import { type Pause, RateLimited } from "./rate-limit.ts";

/** How many requested pauses cfs waits out before it reports the refusal. */
const mostRequested = 2;

interface RateLimitWaitParts {
  host: string;
  nowMs: () => number;
  /** A sign-in fails instead of waiting out a longer pause. */
  longestPauseMs: number;
  /** Called with a sentence about each pause. */
  notice: (text: string) => void;
  /** Once it aborts, every wait ends. */
  ending: AbortSignal;
}

interface WaitOptions {
  signal?: AbortSignal | undefined;
  givenUp?: () => Promise<void>;
}

export interface RateLimitWait {
  /**
   * Runs `work` again after each pause that it requires. Rejects with an AppError of kind service, after
   * `givenUp` has run, if a pause is too long or the service keeps requesting pauses; with an AbortError when
   * `signal` or `ending` aborts.
   */
  withRateLimit<Result>(work: () => Promise<Result>, options?: WaitOptions): Promise<Result>;
  /** Called each second while a pause lasts, and with undefined after it. */
  subscribe(listener: (pause: SignInPause | undefined) => void): () => void;
}

/** Waits before a sign-in or refresh that would be too early; no lock is held during the wait. */
export function createRateLimitWait(parts: RateLimitWaitParts): RateLimitWait {
  const { ending, host, longestPauseMs, notice, nowMs } = parts;
  const listeners = new Set<(pause: SignInPause | undefined) => void>();

  const report = (pause: SignInPause | undefined) => {
    for (const listener of listeners) listener(pause);
  };

  async function wait({ untilMs, why }: Pause, signal: AbortSignal | undefined): Promise<void> {
    const either = signal === undefined ? ending : AbortSignal.any([signal, ending]);
    try {
      for (let leftMs = untilMs - nowMs(); leftMs > 0; leftMs = untilMs - nowMs()) {
        report({ seconds: Math.ceil(leftMs / 1_000), why });
        // A second ends when the shown number changes.
        await sleep(Math.min(leftMs, leftMs % 1_000 || 1_000), undefined, { signal: either });
      }
    } finally {
      report(undefined);
    }
  }

  /** Why cfs does not wait for the pause; `requested` counts the pauses that the service requested. */
  function reasonToGiveUp(
    { pause, refusal }: RateLimited,
    requested: number,
  ): AppError | undefined {
    if (refusal !== undefined && requested > mostRequested) return refusal;
    const isTooLong = pause.untilMs - nowMs() > longestPauseMs;
    return isTooLong ? tooLong(host, pause.untilMs, refusal) : undefined;
  }

  return {
    async withRateLimit(work, { signal, givenUp } = {}) {
      for (let requested = 0; ; ) {
        try {
          return await work();
        } catch (thrown) {
          if (!(thrown instanceof RateLimited)) throw thrown;
          ending.throwIfAborted();
          if (thrown.refusal !== undefined) requested += 1;
          const reason = reasonToGiveUp(thrown, requested);
          if (reason !== undefined) {
            await givenUp?.();
            throw reason;
          }
          debug("pause", { why: thrown.pause.why, ms: thrown.pause.untilMs - nowMs() });
          notice(sentence(thrown.pause, thrown.pause.untilMs - nowMs()));
          await wait(thrown.pause, signal);
        }
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function sentence({ why }: Pause, leftMs: number): string {
  const seconds = Math.max(1, Math.ceil(leftMs / 1_000));
  const span = `${seconds} second${seconds === 1 ? "" : "s"}`;
  return why === "requested"
    ? `The service asked for a pause (429): waiting ${span} before signing in.`
    : `Many sign-ins in a short time may lock the account: waiting ${span} before the next one. To wait less, give several ids to one call of get, url, files or peek.`;
}

function tooLong(host: string, untilMs: number, cause: AppError | undefined): AppError {
  return new AppError({
    kind: "service",
    tried: `Signing in at ${host}`,
    answered: `the service asked for a pause (429) until ${new Date(untilMs).toISOString()}`,
    advice: "Try again after that time; until then no sign-in is sent.",
    reason: "rate-limited",
    status: 429,
    requestId: cause?.requestId,
    cause,
  });
}
