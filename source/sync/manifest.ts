import path from "node:path";
import * as v from "valibot";
import type { FileSet } from "../domain/entities.ts";
import { sanitize } from "../domain/sanitize.ts";

const bytes = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** The longest name that a file system takes. */
const longestNameBytes = 255;

/** A name that cannot leave the folder or steer a terminal, even if the manifest was edited. */
const localName = v.pipe(
  v.string(),
  v.minLength(1),
  v.check(
    (name) =>
      path.win32.basename(name) === name &&
      sanitize(name) === name &&
      !/^\.\.?$/.test(name) &&
      Buffer.byteLength(name) <= longestNameBytes,
  ),
);

/** A file that was complete and verified when it was recorded. */
const fileRecordShape = v.object({
  fileId: v.string(),
  fileSetId: v.string(),
  /** Name on disk. */
  name: localName,
  bytes,
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  /** As listed. */
  md5: v.optional(v.string()),
  modified: v.optional(v.string()),
  /** False if it existed before; then it is never removed. */
  brought: v.boolean(),
});

export type FileRecord = v.InferOutput<typeof fileRecordShape>;

/** A file set with files in the folder, and its place in its series. */
const fileSetRecordShape = v.object({
  id: v.string(),
  name: v.string(),
  packageId: v.string(),
  contentFrom: v.optional(v.string()),
  contentTo: v.optional(v.string()),
  created: v.optional(v.string()),
  modified: v.optional(v.string()),
  /** Files that were absent when fetching began; those that appear were fetched. */
  awaited: v.array(v.string()),
  /** True once all its files were in the folder. */
  complete: v.boolean(),
  /** The keys of selections whose files were all in the folder, while other files were not. */
  parts: v.optional(v.array(v.string())),
  /** True while the command of `cfs watch --exec` has not run for it. */
  isDue: v.optional(v.boolean()),
});

type FileSetRecord = v.InferOutput<typeof fileSetRecordShape>;

/** One query that the folder follows. File sets are listed by id. */
const followedShape = v.object({
  bucket: v.string(),
  /** As typed; undefined: every package of the bucket. */
  package: v.optional(v.string()),
  packageId: v.optional(v.string()),
  /** The other filters, as typed. */
  filters: v.record(v.string(), v.string()),
  latestInit: v.boolean(),
  /** The latest modification that the last complete run saw, by the service's clock. */
  modifiedSince: v.optional(v.string()),
  /** The last complete listing, by this machine's clock. */
  listedAt: v.optional(v.string()),
  /** Modification times of the sets that were PENDING then. */
  pending: v.array(v.string()),
  wanted: v.array(v.string()),
  /** Previously wanted: no longer available, or superseded. */
  retired: v.array(v.string()),
});

export type Followed = v.InferOutput<typeof followedShape>;

export const manifestShape = v.object({
  version: v.literal(1),
  followed: v.array(followedShape),
  fileSets: v.array(fileSetRecordShape),
  files: v.array(fileRecordShape),
});

export interface Manifest {
  followed: Followed[];
  fileSets: Map<string, FileSetRecord>;
  /** File set id → file id → record. */
  files: Map<string, Map<string, FileRecord>>;
}

/** Changes recorded while files are fetched. */
export const factShape = v.variant("fact", [
  v.object({ fact: v.literal("begun"), fileSet: fileSetRecordShape }),
  v.object({ fact: v.literal("there"), file: fileRecordShape }),
  v.object({
    fact: v.literal("complete"),
    fileSetId: v.string(),
    /** The key of the selection if it leaves out files. */
    part: v.optional(v.string()),
  }),
  v.object({ fact: v.picklist(["due", "handed over"]), fileSetId: v.string() }),
]);

export type Fact = v.InferOutput<typeof factShape>;

export function emptyManifest(): Manifest {
  return { followed: [], fileSets: new Map(), files: new Map() };
}

/** Idempotent. */
export function applyFact(manifest: Manifest, fact: Fact): void {
  switch (fact.fact) {
    case "begun":
      manifest.fileSets.set(fact.fileSet.id, fact.fileSet);
      return;
    case "there":
      filesIn(manifest, fact.file.fileSetId).set(fact.file.fileId, fact.file);
      return;
    case "complete": {
      const fileSet = manifest.fileSets.get(fact.fileSetId);
      if (fileSet === undefined) return;
      const { parts = [], ...fields } = fileSet;
      const records = filesIn(manifest, fileSet.id);
      const awaited = fileSet.awaited.filter((fileId) => !records.has(fileId));
      const completed =
        fact.part === undefined
          ? { ...fields, awaited: [], complete: true }
          : { ...fields, awaited, parts: [...new Set([...parts, fact.part])] };
      manifest.fileSets.set(fileSet.id, completed);
      return;
    }
    case "due":
    case "handed over": {
      const fileSet = manifest.fileSets.get(fact.fileSetId);
      if (fileSet === undefined) return;
      const isDue = fact.fact === "due" || undefined;
      manifest.fileSets.set(fileSet.id, { ...fileSet, isDue });
    }
  }
}

export function filesIn(manifest: Manifest, fileSetId: string): Map<string, FileRecord> {
  const found = manifest.files.get(fileSetId) ?? new Map<string, FileRecord>();
  manifest.files.set(fileSetId, found);
  return found;
}

/** What the manifest knows of a file set, as a listing would show it. */
export function recordedFileSet(manifest: Manifest, id: string): FileSet | undefined {
  const record = manifest.fileSets.get(id);
  if (record === undefined) return undefined;
  const { awaited: _, complete: __, parts: ___, ...fields } = record;
  return { ...fields, bucketName: "", attributes: [], files: [], numFiles: 0, status: "READY" };
}

export function manifestFrom(kept: v.InferOutput<typeof manifestShape>): Manifest {
  const manifest = emptyManifest();
  manifest.followed.push(...kept.followed);
  for (const fileSet of kept.fileSets) manifest.fileSets.set(fileSet.id, fileSet);
  for (const file of kept.files) filesIn(manifest, file.fileSetId).set(file.fileId, file);
  return manifest;
}

export function manifestText({ followed, fileSets, files }: Manifest): string {
  const kept: v.InferInput<typeof manifestShape> = {
    version: 1,
    followed,
    fileSets: [...fileSets.values()],
    files: [...files.values()].flatMap((records) => [...records.values()]),
  };
  return `${JSON.stringify(kept)}\n`;
}

/** As typed: queries with the same words are equal. */
export interface SyncQuery {
  bucket: string;
  /** Id or name; undefined: every package of the bucket. */
  package?: string | undefined;
  /** By option name, as typed: "7d" stays "7d". */
  filters: Readonly<Record<string, string>>;
  /** Keeps only the newest Init of each series and the Deltas after it. */
  latestInit: boolean;
}

/** Undefined if the query is new. A folder may follow several queries. */
export function followedBy(manifest: Manifest, query: SyncQuery): Followed | undefined {
  const wanted = keyOf(query);
  return manifest.followed.find((followed) => keyOf(followed) === wanted);
}

export function newFollowed(query: SyncQuery, packageId: string | undefined): Followed {
  const filters = { ...query.filters };
  return { ...query, filters, packageId, pending: [], wanted: [], retired: [] };
}

/** Replaces the entry of the same query. */
export function keepFollowed(manifest: Manifest, followed: Followed): void {
  const key = keyOf(followed);
  const others = manifest.followed.filter((other) => keyOf(other) !== key);
  manifest.followed = [...others, followed];
}

function keyOf({ bucket, package: packageIdOrName, filters, latestInit }: SyncQuery): string {
  const pairs = Object.entries(filters).sort(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify([bucket.toLowerCase(), packageIdOrName?.toLowerCase(), pairs, latestInit]);
}

/** Own files in a separate folder, so that they never collide with fetched names. */
export interface SyncPaths {
  directory: string;
  folder: string;
  manifest: string;
  log: string;
  lock: string;
}

export function syncPathsOf(directory: string): SyncPaths {
  const folder = path.join(directory, ".cfs-sync");
  return {
    directory,
    folder,
    manifest: path.join(folder, "manifest.json"),
    log: path.join(folder, "log"),
    lock: path.join(folder, "lock"),
  };
}
