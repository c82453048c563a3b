import * as v from "valibot";
import { serviceRefusal } from "../api/replies/refusal.ts";
import { fitting, readReply } from "../api/replies/replies.ts";
import { createAuthorizedSend, type ServiceConnection } from "../api/session/authorized-send.ts";
import { AppError } from "../base/errors.ts";
import { Secret } from "../base/secret.ts";
import { isAllowedAddress, parseAddress } from "../domain/address.ts";
import type { HttpRequest } from "../network/http.ts";
import { noRetries, type RetryPolicy, retryPolicy } from "../network/retry.ts";

/** The account's subscriptions. Methods reject with an AppError or an AbortError. */
export interface Subscriptions {
  all(signal: AbortSignal): Promise<Subscription[]>;
  /** Undefined if the service does not know the id. */
  find(id: string, signal: AbortSignal): Promise<Subscription | undefined>;
  create(query: object, signal: AbortSignal): Promise<Subscription>;
  /** Removes this one. Rejects an empty id without a request. */
  remove(id: string, signal: AbortSignal): Promise<void>;
}

const path = "/message-services/v1/file-store/subscriptions";

const transportReply = v.pipe(
  v.object({ endpoint: v.string(), cryptographyKey: v.string() }),
  v.transform(({ endpoint, cryptographyKey }) => ({ endpoint, key: new Secret(cryptographyKey) })),
);

/** The address of the queue, exactly as the service gives it, and the key of its messages, in base64. */
export type Transport = v.InferOutput<typeof transportReply>;

const subscriptionReply = v.pipe(
  v.object({
    subscriptionID: v.pipe(v.string(), v.minLength(1)),
    transportInfo: v.fallback(v.optional(transportReply), undefined),
    query: v.optional(v.unknown()),
  }),
  v.transform(({ subscriptionID: id, transportInfo: transport, query }) => ({
    id,
    query,
    transport,
  })),
);

/**
 * A subscription to the notifications of file sets. Its query is as the service repeats it; undefined: all that
 * the account may see. Its transport is undefined if the service did not describe it.
 */
export type Subscription = v.InferOutput<typeof subscriptionReply>;

const listReply = v.object({ subscriptions: fitting(subscriptionReply) });

export function createSubscriptions(connection: ServiceConnection): Subscriptions {
  const { host } = connection;
  const authorized = createAuthorizedSend(connection);

  const ask = (
    purpose: string,
    request: Pick<HttpRequest, "method" | "url" | "body" | "headers" | "signal">,
    retries: RetryPolicy,
    ifUnknown = "This service may not offer notifications.",
  ) =>
    authorized({ purpose, ...request }, retries, (answer) =>
      answer.status >= 200 && answer.status <= 299
        ? undefined
        : serviceRefusal({ purpose, ifUnknown }, answer),
    );

  const list = async (purpose: string, url: URL, signal: AbortSignal) => {
    const answer = await ask(purpose, { method: "GET", url, signal }, retryPolicy);
    return readReply(purpose, answer, listReply).subscriptions;
  };

  return {
    all: (signal) => list("Listing the subscriptions", new URL(path, host), signal),
    async find(id, signal) {
      const purpose = `Looking up the subscription ${id}`;
      try {
        const found = await list(purpose, addressOf(id, host), signal);
        return found.find((subscription) => subscription.id === id);
      } catch (thrown) {
        if (isUnknown(thrown)) return undefined;
        throw thrown;
      }
    },
    async create(query, signal) {
      const purpose = "Subscribing to notifications";
      const body = JSON.stringify({ transport: { transportType: "AWS-SQS" }, query });
      const headers = { "Content-Type": "application/json" };
      const request = { method: "POST", url: new URL(path, host), body, headers, signal } as const;
      // A second request could make a second subscription.
      return readReply(purpose, await ask(purpose, request, noRetries), subscriptionReply);
    },
    async remove(id, signal) {
      const purpose = `Removing the subscription ${id}`;
      const request = { method: "DELETE", url: addressOf(id, host), signal } as const;
      await ask(purpose, request, retryPolicy, "It may have been removed already.");
    },
  };
}

/** Throws for an empty id: without one, the service would remove every subscription of the account. */
function addressOf(id: string, host: string): URL {
  if (id.trim() === "") {
    throw new AppError({
      kind: "usage",
      tried: "Naming a subscription",
      answered: "its id is empty",
      advice: "Give the id of one subscription.",
    });
  }
  const url = new URL(path, host);
  url.searchParams.set("subscriptionID", id);
  return url;
}

/** How the service answers an unknown id is not documented. */
function isUnknown(thrown: unknown): boolean {
  return thrown instanceof AppError && (thrown.status === 404 || thrown.status === 400);
}

/** The queue of a subscription. Throws an AppError of kind service if its address is not allowed. */
export function transportOf({ id, transport }: Subscription): Transport {
  const { endpoint = "" } = transport ?? {};
  const url = parseAddress(endpoint);
  if (url !== undefined && transport !== undefined && isAllowedAddress(url)) return transport;
  throw new AppError({
    kind: "service",
    tried: `Opening the queue of the subscription ${id}`,
    answered:
      url === undefined ? "the service gave no address of it" : `${url.origin} is not allowed`,
    advice: "It was not contacted. Contact your LSEG representative.",
    reason: "forbidden-address",
  });
}
