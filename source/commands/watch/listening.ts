import { setTimeout as wait } from "node:timers/promises";
import type { Parts } from "../../app/compose.ts";
import { watchPauseMs } from "../../base/backoff.ts";
import { AppError, isAbort } from "../../base/errors.ts";
import { systemClock } from "../../base/waiting.ts";
import { listen, type Outcome } from "../../push/listen.ts";
import type { Notification } from "../../push/notification.ts";
import { createMessageOpener } from "../../push/open-messages.ts";
import { openSubscription, type SubscriptionOwner } from "../../push/own-subscription.ts";
import { createQueue, isQueueGone, type MessageQueue } from "../../push/queue.ts";
import { createQueueCredentials } from "../../push/queue-credentials.ts";
import { createSubscriptions, type Subscription, transportOf } from "../../push/subscriptions.ts";
import type { Call } from "../console/call.ts";
import { retryText, type WatchReport } from "./watch-report.ts";

export interface ListeningParts {
  parts: Parts;
  owner: SubscriptionOwner;
  handle(notification: Notification, signal: AbortSignal): Promise<Outcome>;
  /** Notifications that are handled at a time. */
  most: number;
  report: WatchReport;
  /** Called when notifications may have been missed for longer than a redelivery takes. */
  onGap(): void;
  /** Called whenever notifications begin to arrive, and whenever they stop. */
  onMode(mode: "listening" | "polling"): void;
  call: Call;
}

export const pollEveryMs = 15 * 60_000;
const gapMs = 60 * 60_000;
const meanwhile = "Until notifications arrive again, file sets are listed every 15 minutes.";

/**
 * Subscribes and handles notifications until the call ends. Resolves if the service refuses push for this
 * account, which leaves only the listing. Rejects with an AppError that ends the call, or an AbortError.
 */
export async function keepListening(listening: ListeningParts): Promise<void> {
  const { parts, owner, report, onGap, onMode, call } = listening;
  const { signal } = call;
  const subscriptions = createSubscriptions(parts.connection);
  let failures = 0;
  /** A subscription that is gone is replaced once; only an answer of its queue allows it again. */
  let isReplacing = false;
  let isSubscribed = false;

  const subscribeAndReceive = async () => {
    isSubscribed = false;
    const opened = await openSubscription({ subscriptions, kept: parts.state, owner }, signal);
    isSubscribed = true;
    const { id } = opened.subscription;
    const { isNew } = opened;
    report.event({ event: "subscribed", subscriptionId: id, isNew }, subscribedText(id, isNew));
    if (failures > 0 || isReplacing) onGap();
    onMode("listening");
    await receive(opened.subscription, listening, () => {
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
      const pauseMs = watchPauseMs(pollEveryMs, failures, Math.random());
      if (failures === 1) report.problem(pollingEvent(thrown), retryText(thrown, meanwhile));
      await wait(pauseMs, undefined, { signal });
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
  { parts, handle, most, report, onGap, call }: ListeningParts,
  onAnswer: () => void,
): Promise<never> {
  const { connection } = parts;
  const { endpoint, key } = transportOf(subscription);
  const nowMs = call.nowMs;
  const credentials = createQueueCredentials({
    connection,
    endpoint,
    nowMs,
    onRenewed: () => report.event({ event: "renewed" }),
  });
  const queue = createQueue({ endpoint, send: connection.send, credentials, nowMs });
  const subscriptions = createSubscriptions(connection);
  const attentive: MessageQueue = {
    ...queue,
    async receive(count, signal) {
      // While nothing arrives, this alone keeps the session from expiring.
      await connection.tokens.current(signal);
      const messages = await queue.receive(count, signal);
      onAnswer();
      return messages;
    },
  };
  const open = createMessageOpener({
    key,
    async newKey(signal) {
      try {
        return (await subscriptions.find(subscription.id, signal))?.transport?.key;
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
      clock: systemClock,
      onTrouble(error, awayMs) {
        if (error !== undefined) report.problem(pollingEvent(error), retryText(error));
        else report.event({ event: "listening" }, "Notifications arrive again.");
        if (awayMs > gapMs) onGap();
      },
    },
    call.signal,
  );
}

function subscribedText(id: string, isNew: boolean): string {
  return isNew
    ? `Made the subscription ${id}. It stays when this ends; --end removes it.`
    : `Listening to the subscription ${id}.`;
}

function pollingEvent({ message, status }: AppError) {
  return { event: "polling", error: message, status } as const;
}

/** A 403 to a request for the subscription or its credentials; also a service without notifications. */
function isPushRefused({ kind, status }: AppError): boolean {
  return kind === "not-found" && (status === 403 || status === 404);
}

function reportRefusal(error: AppError, report: WatchReport): void {
  const text = `Notifications are not available: ${error.answered}. Listing every 15 minutes instead.`;
  report.problem(pollingEvent(error), text);
}

function mayPass({ kind, reason }: AppError): boolean {
  if (kind === "sign-in") return reason === "session-quota";
  return kind === "service" && reason !== "wrong-credentials" && reason !== "forbidden-address";
}
