import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { isAbort } from "../base/errors.ts";
import { type FileRecord, filesIn, type Manifest } from "./manifest.ts";

/** What stands in a folder, looked at once for each file. */
export interface DiskLook {
  stateOf(record: FileRecord): Promise<FileState>;
  /**
   * True where what stands there gives way to the service's file: its bytes are those that were brought,
   * or to repair it was asked for.
   */
  mayReplace(record: FileRecord): Promise<boolean>;
  /** True where the file set was complete, and all its files stand there. */
  isThere(fileSetId: string): boolean;
  /** What stands where another was, among the files that were looked at from the beginning. */
  damaged: readonly FileRecord[];
}

export interface DiskLookOptions {
  directory: string;
  manifest: Manifest;
  /** Read the bytes too, and repair what is damaged. */
  verify: boolean;
  signal: AbortSignal;
}

/** Looks at the files of these file sets now. Rejects with an AbortError, or with what the disk refuses. */
export async function lookAtDisk(
  fileSetIds: Iterable<string>,
  { directory, manifest, verify, signal }: DiskLookOptions,
): Promise<DiskLook> {
  const states = new Map<string, FileState>();
  const bySize = ({ name, bytes }: FileRecord) => stateBySize(path.join(directory, name), bytes);
  const stateOf = async (record: FileRecord): Promise<FileState> => {
    const state =
      states.get(record.fileId) ??
      (verify ? await stateByBytes(directory, record, signal) : bySize(record));
    states.set(record.fileId, state);
    return state;
  };
  const damaged: FileRecord[] = [];
  for (const id of fileSetIds) {
    for (const record of filesIn(manifest, id).values())
      if ((await stateOf(record)) === "damaged") damaged.push(record);
  }
  return {
    damaged,
    stateOf,
    async mayReplace(record) {
      if (!record.brought) return false;
      if (verify) return (await stateOf(record)) !== "missing";
      return (await stateByBytes(directory, record, signal)) === "there";
    },
    isThere(fileSetId) {
      if (manifest.fileSets.get(fileSetId)?.complete !== true) return false;
      for (const record of filesIn(manifest, fileSetId).values()) {
        const state = states.get(record.fileId) ?? bySize(record);
        if (state !== "there") return false;
      }
      return true;
    },
  };
}

/** What stands in the folder where a file was: it, nothing, or something else. */
export type FileState = "there" | "missing" | "damaged";

const readBytes = 1024 * 1024;

/** By its size; nothing is read. */
export function stateBySize(file: string, bytes: number): FileState {
  const found = statOf(file);
  if (found === undefined || !found.isFile()) return "missing";
  return found.size === bytes ? "there" : "damaged";
}

/** What cannot be reached counts as nothing: who fetches it is told why. */
function statOf(file: string): fs.Stats | undefined {
  try {
    return fs.statSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** By its bytes too; what cannot be read is damaged. Rejects with an AbortError. */
export async function stateByBytes(
  directory: string,
  record: FileRecord,
  signal: AbortSignal,
): Promise<FileState> {
  const file = path.join(directory, record.name);
  const state = stateBySize(file, record.bytes);
  if (state !== "there") return state;
  try {
    return (await sha256Of(file, signal)) === record.sha256 ? "there" : "damaged";
  } catch (thrown) {
    if (isAbort(thrown)) throw thrown;
    return "damaged";
  }
}

/** Lower-case hex. Rejects with what the file system refuses, or with an AbortError. */
export async function sha256Of(file: string, signal: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(fs.createReadStream(file, { highWaterMark: readBytes }), hash, { signal });
  return hash.digest("hex");
}
