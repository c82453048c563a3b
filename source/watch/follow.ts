import type { ServiceConnection } from "../api/session/authorized-send.ts";
import { endsRepeating, watchPauseMs } from "../base/backoff.ts";
import { type AppError, toAppError } from "../base/errors.ts";
import { withTasks } from "../base/tasks.ts";
import { deferred, unlessAborted } from "../base/waiting.ts";
import type { StateStore } from "../config/state-store.ts";
import { type Inbox, listen } from "../push/listen.ts";
import { createMessageOpener } from "../push/notification.ts";
import { openSubscription } from "../push/own-subscription.ts";
import { openQueue } from "../push/queue.ts";
import { createSubscriptions, transportOf } from "../push/subscriptions.ts";
import { createNotificationHandler, type HandlerParts } from "./announced.ts";
import { retryText } from "./retry-text.ts";
import type { FollowReport } from "./watched-folder.ts";

export interface FollowParts extends HandlerParts {
  connection: ServiceConnection;
  /** Keeps the id of the subscription. */
  stateStore: StateStore;
  signal: AbortSignal;
}

/** Between listings while notifications arrive. */
export const listEveryMs = 6 * 60 * 60 * 1_000;

/** Between listings while they do not. */
const pollEveryMs = 15 * 60_000;

/** Notices within this time that a listing is due. */
const tickMs = 60_000;

/** The engine limits the files. */
const notificationsAtATime = 16;

/**
 * Listens and lists side by side, until the signal aborts; each subscription is followed by a listing, so
 * nothing is missed. Rejects with the AppError that ends it, or an AbortError.
 */
export function follow(parts: FollowParts): Promise<never> {
  return withTasks(parts.signal, async ({ signal, start }) => {
    const { folder, report, clock } = parts;
    let everyMs = listEveryMs;
    let isMissed = false;
    const mayBegin = deferred<void>();
    const listening = listen(
      {
        async subscribe(until) {
          const inbox = await subscribe(parts, until);
          isMissed = true;
          mayBegin.resolve();
          return inbox;
        },
        handle: createNotificationHandler(parts),
        most: notificationsAtATime,
        onTrouble(error) {
          everyMs = error === undefined ? listEveryMs : pollEveryMs;
          mayBegin.resolve();
          reportTrouble(error, report);
        },
        clock,
      },
      signal,
    );
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

async function subscribe(
  { connection, stateStore, owner, report, clock }: FollowParts,
  signal: AbortSignal,
): Promise<Inbox> {
  const subscriptions = createSubscriptions(connection);
  const { subscription, isNew } = await openSubscription(
    { subscriptions, stateStore, owner },
    signal,
  );
  const { id } = subscription;
  report.event({ event: "subscribed", subscriptionId: id, isNew });
  const transport = transportOf(subscription);
  const onRenewed = () => report.event({ event: "renewed" });
  return {
    queue: openQueue(transport, { connection, nowMs: clock.nowMs, onRenewed }),
    open: createMessageOpener(
      transport.key,
      async (until) => (await subscriptions.find(id, until))?.transport?.key,
      (why) =>
        report.problem(
          { event: "unreadable", error: why },
          `A notification was not used: ${why}. It stays in the queue; the listing finds its file set.`,
        ),
    ),
  };
}

function reportTrouble(error: AppError | undefined, report: FollowReport): void {
  if (error === undefined) {
    report.event({ event: "listening" }, "Notifications arrive again.");
    return;
  }
  const { answered, kind, message, status } = error;
  const text =
    kind === "not-found"
      ? `Notifications are not available: ${answered}. Listing every 15 minutes instead.`
      : retryText(error);
  report.problem({ event: "polling", error: message, status }, text);
}
