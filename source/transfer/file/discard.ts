import { existsSync } from "node:fs";
import { errnoOf } from "../../base/errors.ts";
import { type Lock, takeLock } from "../../files/lock.ts";
import type { TransferFile, TransferRequest } from "../engine.ts";
import { readJournalHead } from "../part-file/journal.ts";
import { type PartPaths, partPathsOf, removePart } from "../part-file/part-file.ts";

/** What is on disk of a transfer; `path` is its final name. */
export interface PartialFile {
  path?: string | undefined;
  request: TransferRequest;
}

/**
 * Removes the partial file of an idle transfer, unless it belongs to another process or file. Disk errors
 * are ignored, because nothing can be done about them.
 */
export async function discardPartial({ path, request }: PartialFile): Promise<void> {
  if (path === undefined) return;
  const paths = partPathsOf(path);
  if (!existsSync(paths.part) && !existsSync(paths.journal)) return;
  await removeLocked(paths, request.file).catch(() => undefined);
}

async function removeLocked(paths: PartPaths, { fileId, name }: TransferFile): Promise<void> {
  const lock = await lockUnlessFull(paths.lock, name);
  try {
    const head = readJournalHead(paths.journal);
    if ((head?.fileId ?? fileId) === fileId) await removePart(paths);
  } finally {
    await lock?.release();
  }
}

/**
 * A full disk has no space for a lock file. If none exists, no process uses the partial file, so it can be
 * removed.
 */
async function lockUnlessFull(path: string, name: string): Promise<Lock | undefined> {
  try {
    return await takeLock(path, name);
  } catch (thrown) {
    const isFull = ["ENOSPC", "EDQUOT"].includes(errnoOf(thrown) ?? "");
    if (isFull && !existsSync(path)) return undefined;
    throw thrown;
  }
}
