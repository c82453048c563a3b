import type { FaultName } from "../domain/fault-names.ts";
import {
  type Answer,
  accessDenied,
  gatewayError,
  htmlPage,
  noResource,
  oauthError,
} from "./http/answers.ts";
import type { Effect, Fault, Faults, RoutedRequest } from "./http/faults.ts";
import type { SandboxNotification } from "./model/notification.ts";
import { objectAnswer, requestExpired } from "./object-store/object-store.ts";
import { sqsError } from "./push/queue-errors.ts";

// Faults of bytes are plain effects; listedMd5 and listedSize of a file make its listing wrong.

function instead({ status, headers, body }: Answer, more: Record<string, string> = {}) {
  return { kind: "answer" as const, status, headers: { ...headers, ...more }, body };
}

function retryAfter(seconds: number | undefined): Record<string, string> {
  return seconds === undefined ? {} : { "Retry-After": String(seconds) };
}

export const namedFaults = {
  /** 400, shape A: wrong user name or password. */
  badPassword: () => instead(oauthError(400, "access_denied", "Invalid username or password.")),
  /** 401, shape A: wrong app key. */
  badAppKey: () => instead(oauthError(401, "invalid_client", "Invalid Application Credential.")),
  /** 400, shape A without a description. */
  deadRefreshToken: () => instead(oauthError(400, "invalid_grant")),
  /** Shape A. */
  sessionQuota: (status: 400 | 401 | 403 = 400) =>
    instead(oauthError(status, "access_denied", "Session quota is reached.")),
  /** Undefined removes expires_in. */
  expiresIn: (value: string | number | undefined): Effect => ({
    kind: "edit",
    edit: (body) => ({ ...body, expires_in: value }),
  }),

  /** 401, shape B. */
  tokenExpired: () => instead(gatewayError(401, "token expired")),
  /** 403, shape B. */
  missingScope: () =>
    instead(
      gatewayError(
        403,
        "access denied. Scopes required to access the resource: [trapi.cfs.subscriber.read]. Missing scopes: [trapi.cfs.subscriber.read]",
      ),
    ),
  /** 403, shape D. */
  notEntitled: () => instead(accessDenied()),
  /** 404, shape C, with the requested name. */
  bucketNotFound: (): Effect => ({
    ...instead(noResource("Bucket", "")),
    body: (query) =>
      noResource("Bucket", query.get("bucket") ?? query.get("bucketName") ?? "").body,
  }),
  /** 404, shape C, with the requested id. */
  fileSetNotFound: (): Effect => ({
    ...instead(noResource("Fileset", "")),
    body: (query) => noResource("Fileset", query.get("filesetId") ?? "").body,
  }),
  /** 404, shape C. */
  fileNotFound: (id = "unknown") => instead(noResource("File", id)),
  /** 429, shape B. */
  tooManyRequests: (retryAfterSeconds?: number) =>
    instead(gatewayError(429, "Too many requests"), retryAfter(retryAfterSeconds)),
  /** 5xx of the gateway, shape B. */
  serviceError: (status = 503, retryAfterSeconds?: number) =>
    instead(gatewayError(status, "The service is not available"), retryAfter(retryAfterSeconds)),
  /** The page of a proxy or gateway, with any status. */
  htmlPage: (status = 502, title = "Blocked by your organization's proxy") =>
    instead(htmlPage(status, title)),
  /** Clients must not send secrets to the location. */
  redirect: (location: string, status = 302): Effect => ({
    kind: "answer",
    status,
    headers: { Location: location },
  }),

  emptyList: (): Effect => ({ kind: "edit", edit: () => ({ value: [] }) }),
  /** Absolute, on a foreign host, or always the same; undefined removes it. */
  nextLink: (link: string | undefined): Effect => ({
    kind: "edit",
    edit: (body) => ({ ...body, "@nextLink": link }),
  }),

  /** S3, 403: the URL has expired. */
  urlExpired: (): Effect => ({
    ...instead(requestExpired(21_600, 0, 0)),
    body: (_query, nowMs) => requestExpired(21_600, nowMs - 1000, nowMs).body,
  }),
  /** S3, 400: the credentials expired before the URL. */
  expiredToken: () => instead(objectAnswer(400, "ExpiredToken", "The provided token has expired.")),
  /** S3, 403. */
  signatureMismatch: () =>
    instead(
      objectAnswer(
        403,
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
      ),
    ),
  /** S3, 404. */
  notThere: () => instead(objectAnswer(404, "NoSuchKey", "The specified key does not exist.")),
  /** S3, 503. */
  slowDown: (retryAfterSeconds?: number) =>
    instead(
      objectAnswer(503, "SlowDown", "Please reduce your request rate."),
      retryAfter(retryAfterSeconds),
    ),
  /** S3, 500. */
  internalError: () =>
    instead(
      objectAnswer(500, "InternalError", "We encountered an internal error. Please try again."),
    ),

  /** 403, shape D, of subscriptions. */
  pushRefused: () => instead(accessDenied()),
  /** An account without subscriptions. */
  subscriptionGone: (): Effect => ({ kind: "edit", edit: () => ({ subscriptions: [] }) }),
  /** The list of subscriptions begins with one that this account did not make. */
  foreignSubscription: (): Effect => ({
    kind: "edit",
    edit: ({ subscriptions }) => ({ subscriptions: [foreign, ...[subscriptions].flat()] }),
  }),
  /** SQS, 403. */
  queueExpiredToken: () =>
    instead(sqsError("expiredToken", "The security token included in the request is expired")),
  /** SQS, 403. */
  queueAccessDenied: () => instead(sqsError("accessDenied", "Access to the resource is denied.")),
  /** SQS, 400. */
  queueGone: () => instead(sqsError("noQueue", "The specified queue does not exist.")),
  /** SQS, 500. */
  queueFailure: () => instead(sqsError("failure", "We encountered an internal error.")),
};

const foreign = {
  subscriptionID: "00000000-0000-4000-8000-000000000000",
  transportInfo: {
    endpoint: "https://sqs.us-east-1.amazonaws.com/642157181326/not-yours",
    cryptographyKey: Buffer.alloc(32).toString("base64"),
  },
  query: { term: { "payload.FileStoreNotification.fileset.bucketName": "not-yours" } },
};

type NotifiedFileSet = SandboxNotification["payload"]["FileStoreNotification"]["fileset"];

/** Changes what a notification says about its file set. */
function notified(change: (fileSet: NotifiedFileSet) => Partial<NotifiedFileSet>): Fault {
  return onReceive({
    kind: "message",
    edit(notification) {
      const { currentAt, fileset } = notification.payload.FileStoreNotification;
      const changed = { currentAt, fileset: { ...fileset, ...change(fileset) } };
      return { ...notification, payload: { FileStoreNotification: changed } };
    },
  });
}

/** SQS's limit of a message when it was 256 kB; base64 adds a third. */
const largeBytes = 190_000;

const lists = ["buckets", "packages", "file-sets", "files"] as const;
const service = [
  ...lists,
  "package",
  "file",
  "stream",
  "subscriptions",
  "queue-credentials",
] as const;

const bytesBefore = 64_000;

/** The discard port, on which nothing listens. */
const nowhere = "http://127.0.0.1:9/";

const grant = ({ form }: RoutedRequest) => form?.get("grant_type");

const isAction =
  (action: string) =>
  ({ headers }: RoutedRequest) =>
    headers["x-amz-target"] === `AmazonSQS.${action}`;

const onReceive = (effect: Effect): Fault => ({
  on: "queue",
  when: isAction("ReceiveMessage"),
  effect,
});

const onListing = (effect: Effect): Fault => ({
  on: "subscriptions",
  when: ({ method }) => method === "GET",
  effect,
});

const hasNoTakeOver = (request: RoutedRequest) =>
  grant(request) === "password" &&
  request.form?.get("takeExclusiveSignOnControl")?.toLowerCase() !== "true";

const switches: Readonly<Record<FaultName, Fault>> = {
  "bad-password": { on: "token", effect: namedFaults.badPassword() },
  "bad-app-key": { on: "token", effect: namedFaults.badAppKey() },
  "dead-refresh-token": {
    on: "token",
    when: (request) => grant(request) === "refresh_token",
    effect: namedFaults.deadRefreshToken(),
  },
  "session-quota": { on: "token", when: hasNoTakeOver, effect: namedFaults.sessionQuota() },
  "expires-in": { on: "token", effect: namedFaults.expiresIn("30") },
  "token-expired": { on: service, effect: namedFaults.tokenExpired() },
  "missing-scope": { on: service, effect: namedFaults.missingScope() },
  "not-entitled": { on: service, effect: namedFaults.notEntitled() },
  "bucket-not-found": { on: ["packages", "file-sets"], effect: namedFaults.bucketNotFound() },
  "file-set-not-found": { on: "files", effect: namedFaults.fileSetNotFound() },
  "file-not-found": { on: "file", effect: namedFaults.fileNotFound() },
  "too-many-requests": { on: service, effect: namedFaults.tooManyRequests() },
  "service-error": { on: service, effect: namedFaults.serviceError() },
  "html-page": { on: service, effect: namedFaults.htmlPage() },
  redirect: { on: service, effect: namedFaults.redirect(nowhere) },
  "empty-list": { on: lists, effect: namedFaults.emptyList() },
  "next-link": { on: lists, effect: namedFaults.nextLink(nowhere) },
  "url-expired": { on: "objects", effect: namedFaults.urlExpired() },
  "expired-token": { on: "objects", effect: namedFaults.expiredToken() },
  "signature-mismatch": { on: "objects", effect: namedFaults.signatureMismatch() },
  "not-there": { on: "objects", effect: namedFaults.notThere() },
  "slow-down": { on: "objects", effect: namedFaults.slowDown() },
  "internal-error": { on: "objects", effect: namedFaults.internalError() },
  cut: { on: "objects", effect: { kind: "cutAfter", bytes: bytesBefore } },
  stall: { on: "objects", effect: { kind: "stall", afterBytes: bytesBefore } },
  slow: { on: "objects", effect: { kind: "slow", bytesPerSecond: 200_000 } },
  corrupt: { on: "objects", effect: { kind: "corrupt", at: 0 } },
  "ignore-range": { on: "objects", effect: { kind: "ignoreRange" } },
  "push-refused": { on: "subscriptions", effect: namedFaults.pushRefused() },
  "subscription-gone": onListing(namedFaults.subscriptionGone()),
  "foreign-subscription": onListing(namedFaults.foreignSubscription()),
  "short-credentials": {
    on: "queue-credentials",
    effect: { kind: "credentialSeconds", seconds: 30 },
  },
  "shown-expiration": {
    on: "queue-credentials",
    effect: { kind: "shownExpiration" },
  },
  "queue-expired-token": { on: "queue", effect: namedFaults.queueExpiredToken() },
  "queue-access-denied": {
    on: "queue",
    when: isAction("ChangeMessageVisibility"),
    effect: namedFaults.queueAccessDenied(),
  },
  "queue-gone": { on: "queue", effect: namedFaults.queueGone() },
  "queue-failure": { on: "queue", effect: namedFaults.queueFailure() },
  "queue-cut": onReceive({ kind: "cutAfter", bytes: 1 }),
  "queue-lost-answer": onReceive({ kind: "loseAnswer" }),
  "queue-silence": onReceive({ kind: "delay", ms: 20_000 }),
  "queue-duplicates": onReceive({ kind: "duplicates" }),
  "queue-disorder": onReceive({ kind: "disorder" }),
  "message-wrong-key": onReceive({ kind: "message", seal: "wrong-key" }),
  "message-cut": onReceive({ kind: "message", seal: "cut" }),
  "message-wrong-tag": onReceive({ kind: "message", seal: "wrong-tag" }),
  "message-plain": onReceive({ kind: "message", seal: "plain" }),
  "message-some-files": notified(({ files, numFiles }) => ({
    files: { values: files.values.slice(0, Math.min(25, Math.floor(numFiles / 2))) },
  })),
  "message-no-id": onReceive({
    kind: "message",
    edit: ({ ecpMessageID: _, distributionSeqNo: __, ...rest }) => rest,
  }),
  "message-other-host": notified(({ files }) => ({
    files: { values: files.values.map((file) => ({ ...file, href: `${nowhere}${file.id}` })) },
  })),
  "message-paths": notified(({ files, name }) => ({
    name: `../../${name}`,
    files: {
      values: files.values.map((file) => ({ ...file, filename: `../../${file.filename}` })),
    },
  })),
  "message-large": notified(({ attributes }) => ({
    attributes: [...attributes, { name: "Padding", value: "x".repeat(largeBytes) }],
  })),
  "message-expired-set": onReceive({ kind: "withdraw", how: "expired" }),
  "message-not-entitled": onReceive({ kind: "withdraw", how: "not-entitled" }),
};

/** Returns a function that switches the fault off. */
export function switchFault(
  faults: Faults,
  name: FaultName,
  limits: Pick<Fault, "after" | "times"> = {},
): () => void {
  return faults.add({ ...switches[name], ...limits });
}
