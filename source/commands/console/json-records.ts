import * as v from "valibot";
import type { VerifiedBy } from "../../transfer/engine.ts";

/* What the commands print with --json, one object a line: names that scripts rely on. */

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const verifications = ["md5", "gzip", "zip", "size"] as const satisfies readonly VerifiedBy[];
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

/** Unknown values are null; a file that nothing could verify has no `verifiedBy`. */
export const transferRecord = v.object({
  fileId: v.string(),
  fileSetId: v.string(),
  name: v.string(),
  path: v.nullable(v.string()),
  size: v.nullable(count),
  sha256: v.nullable(sha256),
  verifiedBy: v.optional(v.picklist(verifications)),
  status: v.picklist(["saved", "skipped", "failed"]),
  bytesFetched: v.pipe(count, v.description("body bytes that this run received")),
  seconds: v.number(),
  unpacked: v.optional(v.array(v.string())),
  error: v.optional(v.string()),
});

export type TransferJson = v.InferOutput<typeof transferRecord>;

/** What a run would do with a file. */
export const stepRecord = v.object({
  step: v.picklist(["fetch", "remove"]),
  fileId: v.string(),
  fileSetId: v.string(),
  name: v.string(),
  size: v.pipe(v.nullable(count), v.description("null if the service does not report it")),
});

export type StepJson = v.InferOutput<typeof stepRecord>;

/** Unknown values are null. */
export const verifiedRecord = v.object({
  name: v.string(),
  path: v.string(),
  status: v.picklist(["right", "missing", "differs", "unreadable"]),
  how: v.optional(v.picklist(["size", "sha256"])),
  size: v.nullable(count),
  listedSize: v.nullable(count),
  sha256: v.nullable(sha256),
  listedSha256: sha256,
  error: v.optional(v.string()),
});

export type VerifiedJson = v.InferOutput<typeof verifiedRecord>;

/** The names of deliveries are those of their file sets, or what their files' names share. */
export const tableRecord = v.object({
  path: v.string(),
  series: v.string(),
  key: v.array(v.string()),
  init: v.nullable(v.string()),
  deltas: v.array(v.string()),
  gaps: v.array(v.string()),
  records: count,
  repeated: v.pipe(count, v.description("records of the Init whose key a later one has")),
  size: count,
});

export type TableJson = v.InferOutput<typeof tableRecord>;

/** The ids are null if no file set is concerned. */
export const unmetRecord = v.object({
  check: v.picklist(["late", "fewer-files", "gap", "expiring"]),
  fileSetId: v.nullable(v.string()),
  name: v.nullable(v.string()),
  message: v.string(),
});

export type UnmetJson = v.InferOutput<typeof unmetRecord>;

export const findingRecord = v.object({
  check: v.string(),
  status: v.picklist(["ok", "warning", "problem"]),
  found: v.string(),
  advice: v.optional(v.string()),
  exitCode: v.optional(v.pipe(count, v.description("of a problem: how other commands end"))),
});

export type FindingJson = v.InferOutput<typeof findingRecord>;

export const statusRecord = v.object({
  user: v.string(),
  host: v.string(),
  kind: v.picklist(["password", "client"]),
  expires: v.optional(v.string()),
  profile: v.optional(v.pipe(v.string(), v.description("absent for the default profile"))),
});

export type StatusJson = v.InferOutput<typeof statusRecord>;

export const profileRecord = v.object({
  profile: v.string(),
  user: v.optional(v.string()),
  host: v.optional(v.string()),
  renewed: v.optional(v.pipe(v.string(), v.description("absent if the account is signed out"))),
  current: v.boolean(),
});

export type ProfileJson = v.InferOutput<typeof profileRecord>;

export const tokenRecord = v.object({
  access_token: v.string(),
  expires_in: v.pipe(count, v.description("seconds")),
});

export type TokenJson = v.InferOutput<typeof tokenRecord>;

/** A value that is decided while the program runs is absent. */
export const settingRecord = v.object({
  name: v.string(),
  value: v.optional(v.unknown()),
  origin: v.picklist(["flag", "environment", "file", "default"]),
  by: v.optional(v.pipe(v.string(), v.description("the variable or option"))),
});

export type SettingJson = v.InferOutput<typeof settingRecord>;

export const urlRecord = v.object({
  fileId: v.string(),
  url: v.pipe(v.string(), v.description("a presigned address, which is a secret")),
});

export type UrlJson = v.InferOutput<typeof urlRecord>;

/** With one file there is no `fileId`. */
const ofFile = { fileId: v.optional(v.string()), n: v.pipe(v.number(), v.safeInteger()) };

/** The records of `peek`, and the line after them that says what was read. */
export const peekRecord = v.union([
  v.object({ ...ofFile, value: v.unknown() }),
  v.object({ ...ofFile, text: v.string(), cut: v.optional(v.boolean()) }),
  v.object({
    fileId: v.string(),
    name: v.string(),
    entry: v.optional(v.string()),
    format: v.string(),
    records: count,
    size: v.optional(count),
    bytesFetched: count,
    ending: v.optional(v.string()),
  }),
]);

export type PeekJson = v.InferOutput<typeof peekRecord>;

export const sandboxRecord = v.object({
  host: v.string(),
  username: v.string(),
  password: v.string(),
  appKey: v.string(),
  clientId: v.string(),
  clientSecret: v.string(),
});

export type SandboxJson = v.InferOutput<typeof sandboxRecord>;

/** A complete file set in a watched folder; the input of the command of `--exec`. */
const savedRecord = v.object({
  fileSetId: v.string(),
  name: v.string(),
  packageId: v.string(),
  files: v.array(
    v.object({
      fileId: v.string(),
      name: v.string(),
      path: v.string(),
      size: count,
      sha256,
    }),
  ),
});

export type SavedJson = v.InferOutput<typeof savedRecord>;

const announced = { name: v.string(), bucketName: v.string(), packageId: v.string() };
const handedOver = { fileSetId: v.string(), name: v.string() };

function eventRecord<Name extends string, Fields extends v.ObjectEntries>(
  event: Name,
  fields: Fields,
) {
  return v.object({ event: v.literal(event), at: v.string(), ...fields });
}

/** What `watch` prints when something happens. */
export const watchRecord = v.union([
  eventRecord("subscribed", { subscriptionId: v.string(), isNew: v.boolean() }),
  eventRecord("listed", {
    missing: v.pipe(count, v.description("file sets that are fetched now")),
  }),
  eventRecord("notified", announced),
  eventRecord("ignored", { ...announced, reason: v.string() }),
  eventRecord("unreadable", { error: v.string() }),
  eventRecord("saved", savedRecord.entries),
  eventRecord("failed", {
    error: v.string(),
    fileSetId: v.optional(v.string()),
    fileId: v.optional(v.string()),
    name: v.optional(v.string()),
  }),
  eventRecord("renewed", {}),
  eventRecord("polling", { error: v.string(), status: v.optional(count) }),
  eventRecord("listening", {}),
  eventRecord("ran", handedOver),
  eventRecord("command-failed", { ...handedOver, error: v.string(), attempt: count }),
  eventRecord("ended", { subscriptionId: v.string() }),
]);

export type WatchJson = v.InferOutput<typeof watchRecord>;

/** With the service's own names, and without the key of the messages. */
export const subscriptionRecord = v.object({
  subscriptionID: v.string(),
  transportInfo: v.optional(v.object({ endpoint: v.string() })),
  query: v.optional(v.unknown()),
});

export type SubscriptionJson = v.InferOutput<typeof subscriptionRecord>;

/** A file set that the sandbox has published. */
export const publishedRecord = v.object({
  id: v.string(),
  name: v.string(),
  bucketName: v.string(),
  packageId: v.string(),
  numFiles: count,
});
