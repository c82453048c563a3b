import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { join, resolve } from "node:path";
import envPaths from "env-paths";
import * as v from "valibot";
import { AppError } from "../errors.ts";
import { Secret } from "../secret.ts";
import { brokenAt } from "./line-of.ts";

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

const stateSchema = v.looseObject({
  sessions: v.optional(v.array(keptSession), []),
  recentBuckets: v.optional(v.array(v.string()), []),
  downloadDirectory: v.optional(v.string()),
  lastAccount: v.optional(lastAccount),
  // Only a convenience: what makes no sense counts as absent.
  lastVisit: v.fallback(v.optional(lastVisit), undefined),
});

/**
 * What the conf file holds. Sessions are one per host and user, the newest first; none has a
 * password or an access token. Fields of later versions are kept.
 */
export type State = v.InferOutput<typeof stateSchema>;
export type KeptSession = v.InferOutput<typeof keptSession>;

/** The conf file, for as long as its lock is held. */
export interface Transaction {
  read(): State;
  /** Replaces the file atomically, readable by its owner alone. */
  write(state: State): void;
}

/** The one conf file of settings and refresh tokens. */
export interface KeptState {
  path: string;
  /** What stands in the file now, other processes' changes included. */
  read(): State;
  /** Runs `work` while no other process of this program can read-and-write the file. */
  exclusive<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result>;
}

export interface KeptStateOptions {
  /** Folder of the conf file; undefined: the platform's folder for settings. */
  directory: string | undefined;
  /** Told when a damaged file was set aside. */
  notice: (text: string) => void;
  now?: () => number;
}

/**
 * Opens the conf file; makes its folder (0700). A file that cannot be understood is set aside
 * under another name, with a notice. Throws an AppError of kind disk where the folder is refused.
 */
export function openKeptState(options: KeptStateOptions): KeptState {
  const directory = makeDirectory(options.directory);
  const path = join(directory, "config.json");
  if (existsSync(path))
    attempt("Closing the settings to others", path, () => chmodSync(path, 0o600));
  setAsideDamaged(path, options);
  const read = () => readState(path);
  return {
    path,
    read,
    async exclusive(work) {
      // What reading does not need is loaded when something is to be written.
      const { lockConf, writeConf } = await import("./settings-writer.ts");
      const release = await lockConf(path).catch((thrown: unknown) => {
        throw diskError("Waiting for the lock of the settings", `${path}.lock`, thrown);
      });
      const write = (state: State) => {
        attempt("Writing the settings", path, () => {
          writeConf(directory, JSON.parse(JSON.stringify(state)));
        });
      };
      try {
        return await work({ read, write });
      } finally {
        await release().catch(() => undefined);
      }
    },
  };
}

function setAsideDamaged(path: string, options: KeptStateOptions): void {
  try {
    readState(path);
  } catch (thrown) {
    if (!isDamage(thrown)) throw diskError("Reading the settings", path, thrown);
    const aside = `${path}.damaged-${options.now?.() ?? Date.now()}`;
    attempt("Setting aside the damaged settings", path, () => renameSync(path, aside));
    const text = thrown instanceof SyntaxError ? thrown.message : "its parts are not of their form";
    options.notice(
      `The settings file could not be understood (${text}) and was set aside as ${aside}.`,
    );
  }
}

/** What stands in the file; a file that is not there is an empty one. */
function readState(path: string): State {
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

/** A folder that stood already keeps its rights: it may be one that others use too. */
function makeDirectory(chosen: string | undefined): string {
  const directory = resolve(chosen ?? envPaths("cfs", { suffix: "" }).config);
  attempt("Making the settings folder", directory, () => {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    if (chosen === undefined) chmodSync(directory, 0o700);
  });
  return directory;
}

/** True where the file was read but made no sense; false where the disk refused it. */
function isDamage(thrown: unknown): boolean {
  return (
    thrown instanceof SyntaxError || thrown instanceof v.ValiError || thrown instanceof TypeError
  );
}

function attempt(tried: string, path: string, work: () => void): void {
  try {
    work();
  } catch (thrown) {
    throw diskError(tried, path, thrown);
  }
}

function diskError(tried: string, path: string, cause: unknown): AppError {
  return new AppError({
    kind: "disk",
    tried: `${tried} ${path}`.trim(),
    answered: cause instanceof Error ? cause.message : String(cause),
    advice: "See that the folder is yours and writable, or set CFS_CONFIG_DIR to one that is.",
    cause,
  });
}

/** The kept sessions of `host`, the newest first, each with its refresh token as a secret. */
export function sessionsOf(
  state: State,
  host: string,
): { session: KeptSession; refreshToken: Secret }[] {
  return state.sessions
    .filter((session) => session.host === host)
    .map((session) => ({ session, refreshToken: new Secret(session.refreshToken) }));
}
