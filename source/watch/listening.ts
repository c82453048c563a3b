import type { ServiceConnection } from "../api/session/auth.ts";
import { watchPauseMs } from "../base/backoff.ts";
import { AppError, isAbort } from "../base/errors.ts";
import type { Clock } from "../base/waiting.ts";
import type { StateStore } from "../config/state-store.ts";
import { listen, type Outcome } from "../push/listen.ts";
import type { Notification } from "../push/notification.ts";
import { createMessageOpener } from "../push/open-messages.ts";
import { openSubscription, type SubscriptionOwner } from "../push/own-subscription.ts";
import { createQueue, isQueueGone, type MessageQueue } from "../push/queue.ts";
import { createQueueCredentials } from "../push/queue-credentials.ts";
import {
  createSubscriptions,
  type Subscription,
  type Subscriptions,
  transportOf,
} from "../push/subscriptions.ts";
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
  /** Called when notifications may have been missed for longer than a redelivery takes. */
  onGap(): void;
  /** Called whenever notifications begin to arrive, and whenever they stop. */
  onMode(mode: "listening" | "polling"): void;
  clock: Clock;
  signal: AbortSignal;
}

export const pollEveryMs = 15 * 60_000;
const gapMs = 60 * 60_000;
const meanwhile = "Until notifications arrive again, file sets are listed every 15 minutes.";

/**
 * Subscribes and handles notifications until the signal aborts. Resolves if the service refuses push for this
 * account, which leaves only the listing. Rejects with an AppError that ends the watch, or an AbortError.
 */
export async function keepListening(listening: ListeningParts): Promise<void> {
  const { connection, kept, owner, report, onGap, onMode, clock, signal } = listening;
  const subscriptions = createSubscriptions(connection);
  let failures = 0;
  /** A subscription that is gone is replaced once; only an answer of its queue allows it again. */
  let isReplacing = false;
  let isSubscribed = false;

  const subscribeAndReceive = async () => {
    isSubscribed = false;
    const opened = await openSubscription({ subscriptions, kept, owner }, signal);
    isSubscribed = true;
    const { id } = opened.subscription;
    report.event({ event: "subscribed", subscriptionId: id, isNew: opened.isNew });
    if (failures > 0 || isReplacing) onGap();
    onMode("listening");
    await receive(opened.subscription, subscriptions, listening, () => {
      failures = 0;
      isReplacing = false;
    });
  };

  for (;;) {
    try {
      await subscribeAndReceive();
    } catch (thrown) {
      onMode("polling");
      if (!(thrown instanceof AppError) || signal.aborted) throw thrown;
      const remedy = remedyFor(thrown, isSubscribed && !isReplacing);
      if (remedy === "end") throw thrown;
      if (remedy === "only list") return reportRefusal(thrown, report);
      isReplacing = remedy === "replace";
      if (isReplacing) continue;
      failures += 1;
      const pauseMs = watchPauseMs(pollEveryMs, failures, clock.random());
      if (failures === 1) report.problem(pollingEvent(thrown), retryText(thrown, meanwhile));
      await clock.wait(pauseMs, signal);
    }
  }
}

type Remedy = "end" | "only list" | "replace" | "retry";

function remedyFor(error: AppError, mayReplace: boolean): Remedy {
  // Credentials for a queue are refused too if its subscription was removed.
  if (mayReplace && (isQueueGone(error) || isPushRefused(error))) return "replace";
  if (isPushRefused(error)) return "only list";
  return mayPass(error) ? "retry" : "end";
}

async function receive(
  subscription: Subscription,
  subscriptions: Subscriptions,
  { connection, handle, most = 16, report, onGap, clock, signal }: ListeningParts,
  onAnswer: () => void,
): Promise<never> {
  const { endpoint, key } = transportOf(subscription);
  const credentials = createQueueCredentials({
    connection,
    endpoint,
    nowMs: clock.nowMs,
    onRenewed: () => report.event({ event: "renewed" }),
  });
  const queue = createQueue({ endpoint, send: connection.send, credentials, nowMs: clock.nowMs });
  const attentive: MessageQueue = {
    ...queue,
    async receive(count, until) {
      // While nothing arrives, this alone keeps the session from expiring.
      await connection.tokens.current(until);
      const messages = await queue.receive(count, until);
      onAnswer();
      return messages;
    },
  };
  const open = createMessageOpener({
    key,
    async newKey(until) {
      try {
        return (await subscriptions.find(subscription.id, until))?.transport?.key;
      } catch (thrown) {
        if (isAbort(thrown)) throw thrown;
        return undefined;
      }
    },
    onUnreadable: (why) =>
      report.problem(
        { event: "unreadable", error: why },
        `A notification was not used: ${why}. It stays in the queue; the listing finds its file set.`,
      ),
  });
  return listen(
    {
      queue: attentive,
      open,
      handle,
      most,
      clock,
      onTrouble(error, awayMs) {
        if (error !== undefined) report.problem(pollingEvent(error), retryText(error));
        else report.event({ event: "listening" }, "Notifications arrive again.");
        if (awayMs > gapMs) onGap();
      },
    },
    signal,
  );
}

function pollingEvent({ message, status }: AppError) {
  return { event: "polling", error: message, status } as const;
}

/** A 403 to a request for the subscription or its credentials; also a service without notifications. */
function isPushRefused({ kind, status }: AppError): boolean {
  return kind === "not-found" && (status === 403 || status === 404);
}

function reportRefusal(error: AppError, report: FollowReport): void {
  const text = `Notifications are not available: ${error.answered}. Listing every 15 minutes instead.`;
  report.problem(pollingEvent(error), text);
}

function mayPass({ kind, reason }: AppError): boolean {
  if (kind === "sign-in") return reason === "session-quota";
  return kind === "service" && reason !== "wrong-credentials" && reason !== "forbidden-address";
}
