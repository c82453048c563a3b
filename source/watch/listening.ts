import type { ServiceConnection } from "../api/session/auth.ts";
import type { AppError } from "../base/errors.ts";
import type { Clock } from "../base/waiting.ts";
import type { StateStore } from "../config/state-store.ts";
import { type Inbox, listen, type Outcome } from "../push/listen.ts";
import { createMessageOpener, type Notification } from "../push/notification.ts";
import { openSubscription, type SubscriptionOwner } from "../push/own-subscription.ts";
import { openQueue } from "../push/queue.ts";
import { createSubscriptions, transportOf } from "../push/subscriptions.ts";
import { retryText } from "./retry-text.ts";
import type { FollowReport } from "./watched-folder.ts";

export interface ListeningParts {
  connection: ServiceConnection;
  /** Keeps the id of the subscription. */
  kept: StateStore;
  owner: SubscriptionOwner;
  handle(notification: Notification, signal: AbortSignal): Promise<Outcome>;
  /** The most notifications that are handled at a time; the engine limits the files. */
  most?: number | undefined;
  report: FollowReport;
  /** Called with every subscription, before which notifications may have been missed. */
  onSubscribed(): void;
  /** Called whenever notifications no longer arrive, and when they do again. */
  onTrouble(isTrouble: boolean): void;
  clock: Clock;
  signal: AbortSignal;
}

/**
 * Subscribes and handles notifications until the signal aborts. Rejects with an AppError that ends the watch,
 * or an AbortError.
 */
export function keepListening(listening: ListeningParts): Promise<never> {
  const { connection, kept, owner, handle, most = 16, report, clock, signal } = listening;
  const subscriptions = createSubscriptions(connection);

  const subscribe = async (until: AbortSignal): Promise<Inbox> => {
    const { subscription, isNew } = await openSubscription({ subscriptions, kept, owner }, until);
    const { id } = subscription;
    report.event({ event: "subscribed", subscriptionId: id, isNew });
    listening.onSubscribed();
    const transport = transportOf(subscription);
    const onRenewed = () => report.event({ event: "renewed" });
    const queue = openQueue(transport, { connection, nowMs: clock.nowMs, onRenewed });
    const open = createMessageOpener({
      key: transport.key,
      newKey: async (ending) => (await subscriptions.find(id, ending))?.transport?.key,
      onUnreadable: (why) =>
        report.problem(
          { event: "unreadable", error: why },
          `A notification was not used: ${why}. It stays in the queue; the listing finds its file set.`,
        ),
    });
    return { queue, open };
  };

  const onTrouble = (error: AppError | undefined) => {
    listening.onTrouble(error !== undefined);
    if (error === undefined) return report.event({ event: "listening" }, "Notifications arrive again.");
    const { message, status } = error;
    report.problem({ event: "polling", error: message, status }, troubleText(error));
  };

  return listen({ subscribe, handle, most, onTrouble, clock }, signal);
}

/** A refusal of the subscription or its credentials; also a service without notifications. */
function troubleText(error: AppError): string {
  return error.kind === "not-found"
    ? `Notifications are not available: ${error.answered}. Listing every 15 minutes instead.`
    : retryText(error);
}
