import { backoffMs } from "../base/backoff.ts";
import { AppError, isAbort } from "../base/errors.ts";
import { withTasks } from "../base/tasks.ts";
import type { Clock } from "../base/waiting.ts";
import type { Notification } from "./notification.ts";
import { isQueueGone, type MessageQueue, mostAtOnce, type QueueMessage } from "./queue.ts";

/** "done": its message is removed from the queue; "later": the queue delivers it again. */
export type Outcome = "done" | "later";

export interface ListenParts {
  queue: MessageQueue;
  /** Undefined if the message cannot be read now. */
  open(message: string, signal: AbortSignal): Promise<Notification | undefined>;
  /** Resolves when nothing is left to do for it. A rejection ends `listen`. */
  handle(notification: Notification, signal: AbortSignal): Promise<Outcome>;
  /** The most messages handled at a time; the others stay in the queue. */
  most: number;
  /** Called when the queue does not answer, and with undefined when it answers again after `awayMs`. */
  onTrouble(error: AppError | undefined, awayMs: number): void;
  clock: Clock;
}

const minuteMs = 60_000;

/** Most file sets arrive sooner, without an extension. */
const firstHideAfterMs = 10_000;
const hideEveryMs = 2 * minuteMs;
const hideSeconds = 5 * 60;

const pauses = { firstDelayMs: 1_000, longestDelayMs: minuteMs };

/**
 * Receives messages and removes each after it was handled, until the signal aborts. Retries while the queue
 * does not answer. Rejects with what `handle` threw, or if the queue is gone or refuses new credentials.
 */
export function listen(parts: ListenParts, outer: AbortSignal): Promise<never> {
  const { queue, most, clock, onTrouble } = parts;
  return withTasks(outer, async ({ signal, running, start }) => {
    /** Messages left in the queue since one was removed or none was waiting. */
    let left = 0;
    let failures = 0;
    let answeredAtMs = clock.nowMs();

    const take = async (message: QueueMessage) => {
      const isDone = await handleMessage(message, parts, signal);
      left = isDone ? 0 : left + 1;
    };

    const pause = (attempt: number) =>
      clock.wait(backoffMs(attempt, pauses, clock.random()), signal);

    const receive = async (): Promise<QueueMessage[]> => {
      const askedAtMs = clock.nowMs();
      try {
        const messages = await queue.receive(Math.min(most - running.size, mostAtOnce), signal);
        if (failures > 0) onTrouble(undefined, clock.nowMs() - answeredAtMs);
        failures = 0;
        answeredAtMs = clock.nowMs();
        if (messages.length > 0) return messages;
        left = 0;
        // A queue that does not wait would be asked without a pause.
        if (answeredAtMs - askedAtMs < pauses.firstDelayMs) await pause(1);
      } catch (thrown) {
        if (!mayPass(thrown)) throw thrown;
        if (failures === 0) onTrouble(thrown, 0);
        failures += 1;
        await pause(failures);
      }
      return [];
    };

    for (;;) {
      signal.throwIfAborted();
      if (running.size >= most) await Promise.race(running);
      else {
        // Unreadable messages become visible again soon.
        if (left > 0) await pause(left);
        for (const message of await receive()) void start(take(message));
      }
    }
  });
}

/** True if its message was removed. */
async function handleMessage(
  message: QueueMessage,
  { queue, open, handle, clock }: ListenParts,
  signal: AbortSignal,
): Promise<boolean> {
  const notification = await open(message.body, signal);
  if (notification === undefined) return false;
  const handled = new AbortController();
  const hiding = keepHidden(message, queue, clock, AbortSignal.any([signal, handled.signal]));
  let outcome: Outcome;
  try {
    outcome = await handle(notification, signal);
  } finally {
    handled.abort();
    await hiding;
  }
  if (outcome === "later") return false;
  await queue.remove(message, signal).catch((thrown: unknown) => {
    // The queue delivers it again, and then it is removed without a download.
    if (!mayPass(thrown)) throw thrown;
  });
  return true;
}

/** If this fails, the message arrives again, which does no harm. */
async function keepHidden(
  message: QueueMessage,
  queue: MessageQueue,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  try {
    await clock.wait(firstHideAfterMs, signal);
    while (await queue.hide(message, hideSeconds, signal)) await clock.wait(hideEveryMs, signal);
  } catch (thrown) {
    if (!isAbort(thrown) && !(thrown instanceof AppError)) throw thrown;
  }
}

function mayPass(thrown: unknown): thrown is AppError {
  if (!(thrown instanceof AppError) || thrown.kind !== "service") return false;
  return thrown.reason !== "wrong-credentials" && !isQueueGone(thrown);
}
