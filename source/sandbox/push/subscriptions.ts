import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { type Answer, badParameter, gatewayError, jsonAnswer } from "../http/answers.ts";
import type { RoutedRequest } from "../http/faults.ts";
import type { Assumptions } from "../model/assumptions.ts";
import type { SandboxNotification } from "../model/notification.ts";
import { newKey, seal } from "./message.ts";
import { type Matches, readQuery } from "./query.ts";
import { createSandboxQueue, type SandboxQueue } from "./queue.ts";

/** What a queue holds: the message as it was sent, and what it was made of. */
export interface Sent {
  notification: SandboxNotification;
  key: string;
  body: string;
}

interface Subscription {
  id: string;
  /** As it was given. */
  query: unknown;
  matches: Matches;
  /** Base64. */
  key: string;
  queue: SandboxQueue<Sent>;
}

export interface SandboxSubscriptions {
  /** Requests below /message-services/v1/file-store/subscriptions; the token is checked. */
  answer(request: RoutedRequest & { body: string }): Answer;
  all(): readonly Subscription[];
  queueAt(endpoint: string): SandboxQueue<Sent> | undefined;
  /** Sends the notification to every subscription that it fits, and returns how many these are. */
  send(notification: SandboxNotification): number;
}

export const subscriptionsRoot = "/message-services/v1/file-store/subscriptions";

const bodySchema = v.object({
  transport: v.object({ transportType: v.literal("AWS-SQS") }),
  query: v.optional(v.unknown()),
});

const parsed = v.pipe(v.string(), v.parseJson(), bodySchema);

/** The account of the recorded queues. */
const account = "642157181326";

export function createSandboxSubscriptions(
  assumptions: Assumptions,
  now: () => number,
  host: () => string,
): SandboxSubscriptions {
  const byId = new Map<string, Subscription>();

  function remove(id: string): void {
    byId.get(id)?.queue.close();
    byId.delete(id);
  }

  /** Verified: the query may be missing, and then everything fits. */
  function read(body: string): Pick<Subscription, "query" | "matches"> | Answer {
    const { success, output } = v.safeParse(parsed, body);
    if (!success) return badParameter("transport.transportType", "must be AWS-SQS");
    const { query } = output;
    const matches = query === undefined ? () => true : readQuery(query);
    return matches ? { query, matches } : badParameter("query", "cannot be read");
  }

  function create(body: string): Answer {
    const wanted = read(body);
    if ("status" in wanted) return wanted;
    const id = randomUUID();
    // Verified: one queue for each subscription, which ends with its id.
    const url = `${host()}/${account}/sqs-edsalerts-main-prod-usersqs-${id}`;
    const subscription = {
      id,
      ...wanted,
      key: newKey(),
      queue: createSandboxQueue<Sent>(url, now),
    };
    byId.set(id, subscription);
    return jsonAnswer(200, show(subscription));
  }

  function list(ids: readonly string[]): Answer {
    const found = [...byId.values()].filter(({ id }) => ids.length === 0 || ids.includes(id));
    if (ids.length > 0 && found.length === 0 && assumptions.unknownSubscription === "not-found") {
      return notFound();
    }
    return jsonAnswer(200, { subscriptions: found.map(show) });
  }

  function change(id: string, body: string): Answer {
    const subscription = byId.get(id);
    if (!subscription) return notFound();
    const wanted = read(body);
    if ("status" in wanted) return wanted;
    Object.assign(subscription, wanted);
    if (assumptions.changedSubscription === "new-key") subscription.key = newKey();
    return jsonAnswer(200, show(subscription));
  }

  /** Verified: without an id it removes all, and the id may be given twice. */
  function removeSome(ids: readonly string[]): Answer {
    if (!ids.every((id) => byId.has(id))) return notFound();
    for (const id of ids.length > 0 ? ids : [...byId.keys()]) remove(id);
    return jsonAnswer(200, {});
  }

  return {
    answer({ method, path, query, body }) {
      const ids = query.getAll("subscriptionID").filter((id) => id !== "");
      const pathId = decodeURIComponent(path.slice(subscriptionsRoot.length + 1));
      if (method === "PUT" && pathId !== "") return change(pathId, body);
      if (pathId !== "") return gatewayError(404, "Resource not found");
      if (method === "POST") return create(body);
      if (method === "GET") return list(ids);
      if (method === "DELETE") return removeSome(ids);
      return gatewayError(405, "Method not allowed");
    },
    all: () => [...byId.values()],
    queueAt: (endpoint) => [...byId.values()].find(({ queue }) => queue.url === endpoint)?.queue,
    send(notification) {
      const fitting = [...byId.values()].filter(({ matches }) => matches(notification));
      for (const { key, queue } of fitting) {
        queue.send({ notification, key, body: seal(JSON.stringify(notification), key) });
      }
      return fitting.length;
    },
  };
}

/** Verified: these fields. */
function show({ id, key, query, queue }: Subscription) {
  return {
    subscriptionID: id,
    transportInfo: { endpoint: queue.url, cryptographyKey: key },
    query,
  };
}

function notFound(): Answer {
  return gatewayError(404, "Subscription not found");
}
