import path from "node:path";
import { mapConcurrently } from "../base/concurrency.ts";
import { isAbort } from "../base/errors.ts";
import { stateBySize } from "../sync/folder-state.ts";
import { createDigests, type Digests } from "./digests.ts";

/** A file that a folder should have. */
interface ExpectedFile {
  name: string;
  /** Null if unknown. */
  size: number | null;
  md5: string | null;
}

export interface LackingOptions {
  directory: string;
  /** False: compares names and sizes only. */
  reads: boolean;
  /** The program for the threads that read; undefined: this thread reads. */
  workerUrl: URL | undefined;
  signal: AbortSignal;
}

const filesAtATime = 64;

/**
 * Looks for each of the files in the folder, in their order: it is lacking if it is missing, or has another
 * size or md5. Rejects with an AbortError.
 */
export async function* lookForFiles<File extends ExpectedFile>(
  files: readonly File[],
  { directory, reads, workerUrl, signal }: LackingOptions,
): AsyncGenerator<{ file: File; isLacking: boolean }> {
  const bytes = files.reduce((sum, { size }) => sum + (size ?? 0), 0);
  const digests = createDigests({ bytes, workerUrl, signal });
  try {
    yield* mapConcurrently(files, filesAtATime, async (file) => {
      const isThere = await isComplete(file, path.join(directory, file.name), {
        reads,
        digests,
        signal,
      });
      return { file, isLacking: !isThere };
    });
  } finally {
    await digests.close();
  }
}

interface Reading {
  reads: boolean;
  digests: Digests;
  signal: AbortSignal;
}

/** A file of unknown size is complete if it has its final name. */
async function isComplete(
  { size, md5 }: ExpectedFile,
  at: string,
  { reads, digests, signal }: Reading,
): Promise<boolean> {
  signal.throwIfAborted();
  if (size === null) return stateBySize(at, 0) !== "missing";
  if (stateBySize(at, size) !== "present") return false;
  if (!reads || md5 === null) return true;
  try {
    return (await digests.of(at, size, "md5")) === md5;
  } catch (thrown) {
    if (isAbort(thrown) || signal.aborted) throw thrown;
    // What cannot be read is fetched again.
    return false;
  }
}
