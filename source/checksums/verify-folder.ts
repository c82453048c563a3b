import fs from "node:fs";
import path from "node:path";
import { mapConcurrently } from "../base/concurrency.ts";
import { errnoOf, isAbort } from "../base/errors.ts";
import { diskError } from "../files/disk.ts";
import { syncPathsOf } from "../sync/manifest.ts";
import { readManifest } from "../sync/manifest-file.ts";
import { createDigests, type Digests } from "./digests.ts";
import { readSums, sumsName } from "./sums-file.ts";

/** A file as SHA256SUMS or the sync manifest lists it. */
interface ListedFile {
  /** Relative to the folder. */
  name: string;
  /** Lower-case hex. */
  sha256: string;
  /** Known from the manifest only. */
  bytes?: number | undefined;
}

export interface ListedFolder {
  files: readonly ListedFile[];
  /** What these files have on disk. */
  bytes: number;
  /** Lines of SHA256SUMS that were not understood. */
  malformed: number;
  /** Why the manifest is not read: the end of a sentence. Undefined if it is, or does not exist. */
  damage: string | undefined;
}

/** Undefined if the folder has neither SHA256SUMS nor a manifest. Throws an AppError of kind disk. */
export function listedFiles(directory: string): ListedFolder | undefined {
  assertFolder(directory);
  const sums = readSums(directory);
  const { manifest, damage } = readManifest(syncPathsOf(directory));
  const listed = new Map<string, ListedFile>();
  for (const [name, sha256] of sums?.digests ?? []) listed.set(name, { name, sha256 });
  // The manifest is written first, so it is the newer one of the two.
  for (const records of manifest.files.values())
    for (const { name, sha256, bytes } of records.values())
      listed.set(name, { name, sha256, bytes });
  if (sums === undefined && listed.size === 0 && damage === undefined) return undefined;
  listed.delete(sumsName);
  const files = [...listed.values()];
  const bytes = files.reduce((sum, { name }) => sum + sizeOf(path.join(directory, name)), 0);
  return { files, bytes, malformed: sums?.others.length ?? 0, damage };
}

function assertFolder(directory: string): void {
  try {
    fs.readdirSync(directory);
  } catch (thrown) {
    throw diskError(thrown, `Reading ${directory}`);
  }
}

/** The result for one file; `how` says which of the two was compared. */
export type VerifiedFile = ListedFile & { path: string } & (
    | { status: "right"; bytesFound: number }
    | { status: "missing" }
    | { status: "differs"; how: "size" | "sha256"; bytesFound: number; sha256Found?: string }
    | { status: "unreadable"; reason: string }
  );

export interface FolderVerification {
  directory: string;
  /** The program for the threads that read; undefined: this thread reads. */
  workerUrl: URL | undefined;
  signal: AbortSignal;
}

/** A large file must not keep the results of those after it waiting while threads have nothing to do. */
const filesAtATime = 64;

/** Reads and compares the files, with a thread for each core. Throws an AbortError. */
export async function* verifyFiles(
  { files, bytes }: ListedFolder,
  { directory, workerUrl, signal }: FolderVerification,
): AsyncGenerator<VerifiedFile> {
  const digests = createDigests({ bytes, workerUrl, signal });
  try {
    const verify = (file: ListedFile) => verifyFile(file, { directory, digests, signal });
    yield* mapConcurrently(files, filesAtATime, verify);
  } finally {
    await digests.close();
  }
}

function sizeOf(file: string): number {
  try {
    return fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  } catch {
    return 0;
  }
}

interface Reading {
  directory: string;
  digests: Digests;
  signal: AbortSignal;
}

/** Rejects with an AbortError. */
async function verifyFile(
  file: ListedFile,
  { directory, digests, signal }: Reading,
): Promise<VerifiedFile> {
  const at = path.join(directory, file.name);
  const listed = { ...file, path: at };
  try {
    const stats = fs.statSync(at, { throwIfNoEntry: false });
    if (stats === undefined) return { ...listed, status: "missing" };
    if (!stats.isFile())
      return { ...listed, status: "unreadable", reason: "it is not a regular file" };
    const { size: bytesFound } = stats;
    if (file.bytes !== undefined && bytesFound !== file.bytes)
      return { ...listed, status: "differs", how: "size", bytesFound };
    const sha256Found = await digests.of(at, bytesFound, "sha256");
    if (sha256Found === file.sha256) return { ...listed, status: "right", bytesFound };
    return { ...listed, status: "differs", how: "sha256", bytesFound, sha256Found };
  } catch (thrown) {
    if (isAbort(thrown) || signal.aborted) throw thrown;
    if (errnoOf(thrown) === "ENOENT") return { ...listed, status: "missing" };
    return { ...listed, status: "unreadable", reason: diskError(thrown, "").answered };
  }
}
