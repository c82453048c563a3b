import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import envPaths from "env-paths";
import * as v from "valibot";
import { brokenAt } from "./json-position.ts";

const keptSession = v.looseObject({
  host: v.string(),
  user: v.string(),
  appKey: v.string(),
  refreshToken: v.pipe(v.string(), v.minLength(1)),
  issuedAtMs: v.number(),
});

const lastAccount = v.variant("kind", [
  v.looseObject({ kind: v.literal("password"), username: v.string(), appKey: v.string() }),
  v.looseObject({ kind: v.literal("client"), clientId: v.string() }),
]);

const visitedTable = v.object({
  filter: v.string(),
  newestOnly: v.boolean(),
  row: v.optional(v.string()),
  index: v.number(),
  offset: v.number(),
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

const ms = v.pipe(v.number(), v.finite());

/** When sign-ins and renewals were sent to a host, so that all processes together keep the pace. */
const tokenPace = v.object({
  host: v.string(),
  /** The requests sent so far are paid for, one span each, up to this time. */
  paidAtMs: ms,
  /** The pause that the service asked for last. */
  told: v.optional(v.object({ atMs: ms, untilMs: ms })),
  /** Whose credentials were refused, the newest last. */
  refusals: v.optional(v.array(v.object({ user: v.string(), atMs: ms }))),
});

const stateSchema = v.looseObject({
  sessions: v.optional(v.array(keptSession), []),
  recentBuckets: v.optional(v.array(v.string()), []),
  downloadDirectory: v.optional(v.string()),
  lastAccount: v.optional(lastAccount),
  tokenPace: v.fallback(v.optional(v.array(tokenPace), []), []),
  // Only a convenience: what makes no sense counts as absent.
  lastVisit: v.fallback(v.optional(lastVisit), undefined),
});

/**
 * What the conf file holds. Sessions are one per host and user, the newest first; none has a
 * password or an access token. Fields of later versions are kept.
 */
export type SavedState = v.InferOutput<typeof stateSchema>;
export type KeptSession = v.InferOutput<typeof keptSession>;

/** Folder of the conf file: the chosen one, else the platform's folder for settings. */
export function settingsDirectory(chosen: string | undefined): string {
  return resolve(chosen ?? envPaths("cfs", { suffix: "" }).config);
}

/** Path of the conf file in its folder. */
export function statePath(directory: string): string {
  return join(directory, "config.json");
}

/**
 * What stands in the file; a file that is not there is an empty one. Throws what `isDamagedState` is true of
 * where it makes no sense, and the system's error where it cannot be read.
 */
export function readState(path: string): SavedState {
  return v.parse(stateSchema, existsSync(path) ? readObject(readFileSync(path, "utf8")) : {});
}

function readObject(text: string): Record<string, unknown> {
  const value = parseJson(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new SyntaxError("the settings are no JSON object");
  }
  return { ...value };
}

/** Throws a SyntaxError that tells the place and nothing of the text, which has tokens in it. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    const complaint = thrown instanceof Error ? thrown.message : "";
    throw new SyntaxError(`it is broken at ${brokenAt(text, complaint) ?? "some place"}`);
  }
}

/** True where the file was read but made no sense; false where the disk refused it. */
export function isDamagedState(thrown: unknown): boolean {
  return (
    thrown instanceof SyntaxError || thrown instanceof v.ValiError || thrown instanceof TypeError
  );
}
