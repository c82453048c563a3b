import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import envPaths from "env-paths";
import * as v from "valibot";
import { profileName } from "../domain/profile-name.ts";
import { brokenAt } from "./json-position.ts";

/** JSON has no infinite number: the next write would leave null, which nothing reads. */
const finite = v.pipe(v.number(), v.finite());
/** Milliseconds since 1970. */
const ms = finite;

const keptSession = v.looseObject({
  host: v.string(),
  user: v.string(),
  appKey: v.string(),
  refreshToken: v.pipe(v.string(), v.minLength(1)),
  issuedAtMs: ms,
});

const lastAccount = v.variant("kind", [
  v.looseObject({ kind: v.literal("password"), username: v.string(), appKey: v.string() }),
  v.looseObject({ kind: v.literal("client"), clientId: v.string() }),
]);

const visitedTable = v.object({
  filter: v.string(),
  newestOnly: v.boolean(),
  row: v.optional(v.string()),
  index: finite,
  offset: finite,
});

const lastVisit = v.object({
  account: v.string(),
  bucket: v.optional(v.string()),
  packageId: v.optional(v.string()),
  fileSetId: v.optional(v.string()),
  tables: v.object({
    packages: v.optional(visitedTable),
    "file-sets": v.optional(visitedTable),
    files: v.optional(visitedTable),
  }),
  sorts: v.record(v.string(), v.object({ columnId: v.string(), descending: v.boolean() })),
});

/** When token requests were sent to a host, so that all processes together keep the pace. */
const tokenPace = v.object({
  host: v.string(),
  /** Requests sent so far use up the pace until this time. */
  paidAtMs: ms,
  /** The last pause that the service requested. */
  requested: v.optional(v.object({ atMs: ms, untilMs: ms })),
  /** Users whose credentials were refused, newest last. */
  refusals: v.optional(v.array(v.object({ user: v.string(), atMs: ms }))),
});

/** A subscription to notifications that a watch made; its key stays at the service. */
const keptSubscription = v.object({
  host: v.string(),
  user: v.string(),
  /** The folder that it is for. */
  directory: v.string(),
  /** Absent: `cfs watch`. Two readers of one queue would take each other's messages. */
  by: v.optional(v.literal("screens")),
  id: v.pipe(v.string(), v.minLength(1)),
  /** The query as it was sent, and as the service repeated it. */
  asked: v.string(),
  answered: v.string(),
});

const sessions = v.optional(v.array(keptSession), []);
/** A value that the program can do without: an invalid one counts as absent, and costs no session. */
const optional = <Schema extends v.GenericSchema>(schema: Schema) =>
  v.fallback(v.optional(schema), undefined);

const profile = v.looseObject({
  name: v.pipe(v.string(), v.regex(profileName)),
  sessions,
  lastAccount: optional(lastAccount),
  lastVisit: optional(lastVisit),
});

const stateSchema = v.looseObject({
  sessions,
  recentBuckets: v.fallback(v.optional(v.array(v.string()), []), []),
  downloadDirectory: optional(v.string()),
  lastAccount: optional(lastAccount),
  tokenPace: v.fallback(v.optional(v.array(tokenPace), []), []),
  subscriptions: optional(v.array(keptSubscription)),
  lastVisit: optional(lastVisit),
  profiles: v.optional(v.array(profile)),
});

/**
 * The conf file. Sessions are one per host and user, newest first, without passwords or access tokens. Those
 * of the default profile are at the top, the others in `profiles`. Unknown fields of later versions are kept.
 */
export type SavedState = v.InferOutput<typeof stateSchema>;
export type KeptSubscription = v.InferOutput<typeof keptSubscription>;
export type KeptSession = v.InferOutput<typeof keptSession>;

export function settingsDirectory(chosen: string | undefined): string {
  return resolve(chosen ?? envPaths("cfs", { suffix: "" }).config);
}

export function statePath(directory: string): string {
  return join(directory, "config.json");
}

/**
 * An absent file reads as an empty one. Throws an error that `isDamagedState` recognizes if the file is
 * invalid, or the system's error if it cannot be read.
 */
export function readState(path: string): SavedState {
  return v.parse(stateSchema, existsSync(path) ? readObject(readFileSync(path, "utf8")) : {});
}

function readObject(text: string): Record<string, unknown> {
  const value = parseJson(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new SyntaxError("the settings are not a JSON object");
  }
  return { ...value };
}

/** Throws a SyntaxError with the place only, because the text holds tokens. */
function parseJson(text: string): unknown {
  try {
    // Some editors write a byte order mark first.
    return JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (thrown) {
    const complaint = thrown instanceof Error ? thrown.message : "";
    throw new SyntaxError(`it is broken at ${brokenAt(text, complaint) ?? "some place"}`);
  }
}

/** True for an invalid file, false for one that could not be read. */
export function isDamagedState(thrown: unknown): boolean {
  return (
    thrown instanceof SyntaxError || thrown instanceof v.ValiError || thrown instanceof TypeError
  );
}
