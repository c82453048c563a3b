import { backoffMs, watchPauseMs } from "../base/backoff.ts";
import { AppError, isAbort } from "../base/errors.ts";
import { withTasks } from "../base/tasks.ts";
import type { Clock } from "../base/waiting.ts";
import type { Notification } from "./notification.ts";
import { isQueueGone, type MessageQueue, mostAtOnce, type QueueMessage } from "./queue.ts";

/** "done": its message is removed from the queue; "later": the queue delivers it again. */
export type Outcome = "done" | "later";

/** The queue of a subscription, and what reads its messages. */
export interface Inbox {
  queue: Omit<MessageQueue, "waiting">;
  /** Undefined if the message cannot be read now. */
  open(message: string, signal: AbortSignal): Promise<Notification | undefined>;
}

export interface ListenParts {
  /** Called again when the subscription may have been removed. */
  subscribe(signal: AbortSignal): Promise<Inbox>;
  /** Resolves when nothing is left to do for it. A rejection ends `listen`. */
  handle(notification: Notification, signal: AbortSignal): Promise<Outcome>;
  /** The most messages handled at a time; the others stay in the queue. */
  most: number;
  /** Called when notifications do not arrive, and with undefined when they do again. */
  onTrouble(error: AppError | undefined): void;
  clock: Clock;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Most file sets arrive sooner, without an extension. */
const firstHideAfterMs = 10_000;
const hideEveryMs = 2 * minuteMs;
const hideSeconds = 5 * 60;

const pauses = { firstDelayMs: 1_000, longestDelayMs: minuteMs };

/**
 * Subscribes, receives messages and removes each after it was handled, until the signal aborts. Retries what
 * may pass. Rejects with what `handle` threw, or if the sign-in, an address or new credentials for the queue
 * are refused.
 */
export function listen(parts: ListenParts, outer: AbortSignal): Promise<never> {
  const { subscribe, most, clock, onTrouble } = parts;
  return withTasks(outer, async ({ signal, running, start }) => {
    let inbox: Inbox | undefined;
    /** True once a lost subscription was replaced, until its queue answers. */
    let isReplaced = false;
    let failures = 0;
    /** Messages left in the queue since one was removed or none was waiting. */
    let left = 0;

    const pause = (attempt: number) =>
      clock.wait(backoffMs(attempt, pauses, clock.random()), signal);

    const take = async (message: QueueMessage, from: Inbox) => {
      const isDone = await handleMessage(message, from, parts, signal);
      left = isDone ? 0 : left + 1;
    };

    const receive = async () => {
      inbox ??= await subscribe(signal);
      const askedAtMs = clock.nowMs();
      const messages = await inbox.queue.receive(Math.min(most - running.size, mostAtOnce), signal);
      if (failures > 0) onTrouble(undefined);
      failures = 0;
      isReplaced = false;
      for (const message of messages) void start(take(message, inbox));
      if (messages.length > 0) return;
      left = 0;
      // A queue that does not wait would be asked without a pause.
      if (clock.nowMs() - askedAtMs < pauses.firstDelayMs) await pause(1);
    };

    const recover = async (error: AppError) => {
      // Credentials for a queue are refused too if its subscription was removed.
      const isLost = inbox !== undefined && (isQueueGone(error) || error.kind === "not-found");
      if (isLost) inbox = undefined;
      if (isLost && !isReplaced) {
        isReplaced = true;
        return;
      }
      failures += 1;
      if (failures === 1) onTrouble(error);
      // A subscription whose answer is lost stays behind, and too many token requests lock an account.
      if (inbox !== undefined && error.kind === "service") await pause(failures);
      else await clock.wait(watchPauseMs(hourMs, failures, clock.random()), signal);
    };

    for (;;) {
      signal.throwIfAborted();
      try {
        if (running.size >= most) await Promise.race(running);
        else {
          // Unreadable messages become visible again soon.
          if (left > 0) await pause(left);
          await receive();
        }
      } catch (thrown) {
        if (!(thrown instanceof AppError) || !mayPass(thrown)) throw thrown;
        await recover(thrown);
      }
    }
  });
}

/** A refused subscription may be allowed some day, and until then the service is listed. */
function mayPass({ kind, reason }: AppError): boolean {
  if (kind === "sign-in") return reason === "session-quota";
  if (kind === "not-found") return true;
  return kind === "service" && reason !== "wrong-credentials" && reason !== "forbidden-address";
}

/** True if its message was removed. */
async function handleMessage(
  message: QueueMessage,
  { queue, open }: Inbox,
  { handle, clock }: ListenParts,
  signal: AbortSignal,
): Promise<boolean> {
  const notification = await open(message.body, signal).catch(toleratedFailure);
  if (notification === undefined) return false;
  const handled = new AbortController();
  const until = AbortSignal.any([signal, handled.signal]);
  const hiding = keepHidden(message, queue, clock, until).catch(toleratedFailure);
  const outcome = await handle(notification, signal).finally(() => {
    handled.abort();
    return hiding;
  });
  if (outcome === "later") return false;
  await queue.remove(message, signal).catch(toleratedFailure);
  return true;
}

async function keepHidden(
  message: QueueMessage,
  queue: Inbox["queue"],
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  await clock.wait(firstHideAfterMs, signal);
  while (await queue.hide(message, hideSeconds, signal)) await clock.wait(hideEveryMs, signal);
}

/** The queue delivers the message again, and its file set is not fetched twice. */
function toleratedFailure(thrown: unknown): undefined {
  if (!isAbort(thrown) && !(thrown instanceof AppError)) throw thrown;
}
