import type { SandboxCatalogue } from "../catalogue/catalogue.ts";
import { type Answer, gatewayError, jsonAnswer, noResource } from "../http/answers.ts";
import { type Effect, effectOf } from "../http/faults.ts";
import type { ArrivedRequest } from "../http/origin.ts";
import type { Assumptions } from "../model/assumptions.ts";
import { publishOnRequest } from "./publish-control.ts";
import { createPublisher, type Publisher } from "./publisher.ts";
import { createSandboxCredentials } from "./queue-credentials.ts";
import { createQueueService, type QueueHandler } from "./queue-service.ts";
import { createSandboxSubscriptions, type Sent } from "./subscriptions.ts";

interface QueueState {
  subscriptionID: string;
  /** Messages that can be received. */
  visible: number;
  /** Received and not deleted. */
  inFlight: number;
}

/** File notifications: what is published, and what has become of the messages. */
export interface SandboxPush extends Pick<Publisher, "publish" | "publishNext" | "announce"> {
  queues(): readonly QueueState[];
  /** The names of the file sets that messages in the queues announce. */
  announced(): readonly string[];
  /** Ends the credentials of queues that were issued so far. */
  expireCredentials(): void;
}

/** The endpoints of file notifications; the caller has checked access tokens. */
export interface PushHandlers {
  subscriptions(request: ArrivedRequest): Answer;
  credentials(request: ArrivedRequest, effects: readonly Effect[]): Answer;
  /** Without an access token: requests are signed. */
  queue: QueueHandler;
  /** Without an access token. */
  publish(request: ArrivedRequest): Answer;
}

interface PushParts {
  catalogue: SandboxCatalogue;
  assumptions: Assumptions;
  now: () => number;
  host: () => string;
  /** How often something new is published for the subscriptions; default: never. */
  publishEveryMs: number | undefined;
}

export function createSandboxPush(parts: PushParts) {
  const { assumptions, catalogue, host, now, publishEveryMs } = parts;
  const subscriptions = createSandboxSubscriptions(assumptions, now, host);
  const credentials = createSandboxCredentials(now);
  const publisher = createPublisher({ catalogue, subscriptions, assumptions, now, host });
  const timer =
    publishEveryMs === undefined
      ? undefined
      : setInterval(publisher.publishForSubscribers, publishEveryMs).unref();

  /** Files of a set that has expired or moved to a package without entitlement cannot be read. */
  function withdraw(messages: readonly Sent[], how: "expired" | "not-entitled"): void {
    for (const { notification } of messages) {
      const [first] = notification.payload.FileStoreNotification.fileset.files.values;
      const fileSet = catalogue.fileSets.get(catalogue.files.get(first?.id ?? "")?.filesetId ?? "");
      if (!fileSet) continue;
      if (how === "expired") fileSet.availableToMs = now();
      else fileSet.packageId = packageWithoutEntitlement(fileSet.bucketName);
    }
  }

  function packageWithoutEntitlement(bucketName: string): string {
    const known = catalogue
      .sortedPackages()
      .find((each) => !each.isEntitled && each.bucketNames.includes(bucketName));
    const added = { packageName: "Not-Entitled", bucketNames: [bucketName], isEntitled: false };
    return (known ?? catalogue.addPackage(added)).packageId;
  }

  const handlers: PushHandlers = {
    subscriptions: subscriptions.answer,
    /** Verified: the names of the fields, and the slash at the end of the path. */
    credentials({ method, query }, effects) {
      if (method !== "GET") return gatewayError(405, "Method not allowed");
      const endpoint = query.get("endpoint") ?? "";
      if (!subscriptions.queueAt(endpoint)) return noResource("Endpoint", endpoint);
      const seconds =
        effectOf(effects, "credentialSeconds")?.seconds ?? assumptions.queueCredentialSeconds;
      const { accessKeyId, secretKey, sessionToken, endsMs } = credentials.issue(endpoint, seconds);
      const expiration = effectOf(effects, "shownExpiration")
        ? new Date(endsMs).toISOString()
        : undefined;
      return jsonAnswer(200, {
        credentials: { accessKeyId, secretKey, sessionToken, expiration },
        endpoint,
      });
    },
    queue: createQueueService({ subscriptions, credentials, withdraw }),
    publish: (request) => publishOnRequest(request, catalogue, publisher),
  };

  const push: SandboxPush = {
    publish: publisher.publish,
    publishNext: publisher.publishNext,
    announce: publisher.announce,
    queues: () =>
      subscriptions.all().map(({ id, queue }) => ({ subscriptionID: id, ...queue.counts() })),
    announced: () =>
      subscriptions
        .all()
        .flatMap(({ queue }) => queue.contents())
        .map(({ notification }) => notification.payload.FileStoreNotification.fileset.name),
    expireCredentials: credentials.expire,
  };
  return { handlers, push, close: () => clearInterval(timer) };
}
