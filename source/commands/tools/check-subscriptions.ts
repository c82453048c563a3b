import type { Parts } from "../../app/compose.ts";
import { AppError } from "../../base/errors.ts";
import type { KeptSubscription } from "../../config/state-schema.ts";
import { type Finding, ok, problem, warning } from "../../doctor/finding.ts";
import { counted } from "../../domain/readable.ts";
import { keptSubscriptions } from "../../push/own-subscription.ts";
import { openQueue } from "../../push/queue.ts";
import { createSubscriptions, transportOf } from "../../push/subscriptions.ts";
import type { Call } from "../console/call.ts";
import { withSession } from "../console/with-session.ts";

const check = "subscription";

/** Asks the queue of each subscription that was made with these settings, without taking a message. */
export async function checkSubscriptions(call: Call): Promise<Finding[]> {
  try {
    return await withSession(
      call,
      async (parts, { host, user }) => {
        const kept = keptSubscriptions(parts.stateStore).filter(
          (one) => one.host === host && one.user === user,
        );
        if (kept.length === 0) return [ok(check, "none was made with these settings")];
        return Promise.all(kept.map((one) => checkQueue(one, parts, call)));
      },
      { asks: false },
    );
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    const { answered, advice = "Sign in, then try again." } = thrown;
    return [warning(check, `not asked: ${answered}`, advice)];
  }
}

async function checkQueue(
  { id, directory }: KeptSubscription,
  { connection }: Parts,
  { nowMs, signal }: Call,
): Promise<Finding> {
  const name = `${id} for ${directory}`;
  try {
    const subscription = await createSubscriptions(connection).find(id, signal);
    if (subscription === undefined) {
      const advice = "The next cfs watch of that folder makes another.";
      return warning(check, `${name}: the service no longer has it`, advice);
    }
    const queue = openQueue(transportOf(subscription), { connection, nowMs });
    const waiting = await queue.waiting(signal);
    const messages =
      waiting === undefined
        ? ", but does not count its messages for them"
        : `, ${counted(waiting, "message")} ${waiting === 1 ? "waits" : "wait"}`;
    return ok(check, `${name}: the queue accepts its credentials${messages}`);
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    const { kind, answered, advice = "Try again later." } = thrown;
    const found = `${name}: ${answered}`;
    // Then cfs watch lists.
    return kind === "not-found"
      ? warning(check, found, `${advice} Until then cfs watch lists every 15 minutes.`)
      : problem(check, kind, found, advice);
  }
}
