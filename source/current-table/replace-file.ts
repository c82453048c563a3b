import { randomUUID } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { isAbort } from "../base/errors.ts";
import {
  closeFile,
  diskError,
  openOwnFile,
  syncDirectory,
  syncFile,
  unlessMissing,
} from "../files/disk.ts";
import { acquireLock, LockHeld, lockedError } from "../files/lock.ts";
import { makeLastingFolder } from "../files/make-folder.ts";

/** A folder beside the target that only this process uses. */
export interface WorkFolder {
  path: string;
  /** Where to write what becomes the target. */
  file: string;
}

/**
 * Replaces the file at `target` with what `write` puts into its work folder: whole and durable, or not at
 * all. What a killed process left in the folder is removed first. Rejects with an AppError of kind disk, or
 * with what `write` rejects with.
 */
export async function replaceFile<Result>(
  target: string,
  write: (work: WorkFolder) => Promise<Result>,
): Promise<Result> {
  const tried = `Writing ${target}`;
  const directory = path.dirname(target);
  const folder = path.join(directory, `.${path.basename(target)}.cfs-table`);
  try {
    await makeLastingFolder(directory);
    await assertReplaceable(target);
    const lock = await acquireLock(`${folder}.lock`);
    try {
      await fs.rm(folder, { recursive: true, force: true });
      await fs.mkdir(folder, { mode: 0o700 });
      // A program that outlives its killed caller must not write into the file of the next one.
      const file = path.join(folder, randomUUID());
      const result = await write({ path: folder, file });
      await syncContent(file);
      await fs.rename(file, target);
      await syncDirectory(directory);
      return result;
    } finally {
      await fs.rm(folder, { recursive: true, force: true });
      await lock.release();
    }
  } catch (thrown) {
    if (thrown instanceof LockHeld) {
      const advice = "Wait until it ends, or choose another file.";
      throw lockedError({ tried, doing: "writing it", advice }, thrown);
    }
    throw isAbort(thrown) ? thrown : diskError(thrown, tried);
  }
}

async function assertReplaceable(target: string): Promise<void> {
  const existing = await fs.lstat(target).catch(unlessMissing);
  if (existing !== undefined && !existing.isFile())
    throw Object.assign(new Error(`${target} is not a regular file`), { code: "ENOTFILE" });
}

async function syncContent(file: string): Promise<void> {
  const fd = await openOwnFile(file, 0);
  try {
    await syncFile(fd);
  } finally {
    await closeFile(fd);
  }
}
