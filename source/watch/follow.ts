import type { ServiceConnection } from "../api/session/auth.ts";
import { endsRepeating, watchPauseMs } from "../base/backoff.ts";
import { toAppError } from "../base/errors.ts";
import { withTasks } from "../base/tasks.ts";
import { deferred } from "../base/waiting.ts";
import type { StateStore } from "../config/state-store.ts";
import { createNotificationHandler, type HandlerParts } from "./announced.ts";
import { keepListening, pollEveryMs } from "./listening.ts";
import { retryText } from "./retry-text.ts";

export interface FollowParts extends HandlerParts {
  connection: ServiceConnection;
  /** Keeps the id of the subscription. */
  kept: StateStore;
  /** The most notifications that are handled at a time. */
  most?: number | undefined;
  signal: AbortSignal;
}

/** Between listings without a failure; a notification comes sooner. */
export const listEveryMs = 6 * 60 * 60 * 1_000;

/**
 * Listens and lists side by side, until the signal aborts; the first listing begins after the subscription,
 * so nothing falls between. Without notifications it lists every 15 minutes. Rejects with the AppError that
 * ends it, or an AbortError.
 */
export function follow(parts: FollowParts): Promise<never> {
  return withTasks(parts.signal, async ({ signal, start }) => {
    const own = { ...parts, signal };
    let everyMs = pollEveryMs;
    const mayBegin = deferred<void>();
    const listening = keepListening({
      ...own,
      handle: createNotificationHandler(own),
      onGap: () => void parts.folder.list().catch(() => undefined),
      onMode(mode) {
        everyMs = mode === "listening" ? listEveryMs : pollEveryMs;
        mayBegin.resolve();
      },
    });
    void start(listening);
    await mayBegin.promise;
    return keepListing(own, () => everyMs);
  });
}

/** Notices within this time that a listing is due. */
const tickMs = 60_000;

async function keepListing(
  { folder, report, clock, signal }: FollowParts,
  everyMs: () => number,
): Promise<never> {
  let failures = 0;
  for (let runs = 1; ; runs += 1) {
    try {
      await folder.list();
      failures = 0;
    } catch (thrown) {
      if (signal.aborted || endsRepeating(thrown, runs)) throw thrown;
      failures += 1;
      const error = toAppError(thrown, "Listing the file sets");
      report.problem({ event: "failed", error: error.message }, retryText(error));
    }
    const listedAtMs = clock.nowMs();
    const random = clock.random();
    const dueAtMs = () =>
      Math.min(
        listedAtMs + watchPauseMs(everyMs(), failures, random),
        failures === 0 ? folder.retryAtMs() : Number.POSITIVE_INFINITY,
      );
    do {
      const leftMs = Math.max(1_000, dueAtMs() - clock.nowMs());
      await clock.wait(Math.min(tickMs, leftMs), signal);
    } while (clock.nowMs() < dueAtMs());
  }
}
