import type { ServiceConnection } from "../api/session/auth.ts";
import { endsRepeating, watchPauseMs } from "../base/backoff.ts";
import { toAppError } from "../base/errors.ts";
import { withTasks } from "../base/tasks.ts";
import { deferred, unlessAborted } from "../base/waiting.ts";
import type { StateStore } from "../config/state-store.ts";
import { createNotificationHandler, type HandlerParts } from "./announced.ts";
import { keepListening } from "./listening.ts";
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

/** Between listings while notifications do not arrive. */
const pollEveryMs = 15 * 60_000;

/** Notices within this time that a listing is due. */
const tickMs = 60_000;

/**
 * Listens and lists side by side, until the signal aborts; the first listing begins after the subscription,
 * so nothing falls between. Rejects with the AppError that ends it, or an AbortError.
 */
export function follow(parts: FollowParts): Promise<never> {
  return withTasks(parts.signal, async ({ signal, start }) => {
    const own = { ...parts, signal };
    const { folder, report, clock } = parts;
    let everyMs = listEveryMs;
    let isMissed = false;
    const mayBegin = deferred<void>();
    const listening = keepListening({
      ...own,
      handle: createNotificationHandler(own),
      onSubscribed() {
        isMissed = true;
        mayBegin.resolve();
      },
      onTrouble(isTrouble) {
        everyMs = isTrouble ? pollEveryMs : listEveryMs;
        mayBegin.resolve();
      },
    });
    void start(listening);
    await unlessAborted(mayBegin.promise, signal);

    let failures = 0;
    for (let runs = 1; ; runs += 1) {
      isMissed = false;
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
      const leftMs = () => {
        const dueAtMs = listedAtMs + watchPauseMs(everyMs, failures, random);
        const retryAtMs = failures === 0 ? folder.retryAtMs() : dueAtMs;
        return Math.min(dueAtMs, retryAtMs) - clock.nowMs();
      };
      do await clock.wait(Math.min(tickMs, Math.max(1_000, leftMs())), signal);
      while (leftMs() > 0 && !isMissed);
    }
  });
}
