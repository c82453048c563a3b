import { existsSync } from "node:fs";
import fs from "node:fs/promises";
import { AppError, type FailureReason } from "../../base/errors.ts";
import { diskCode, diskError } from "../../files/disk.ts";
import { takeLock } from "../../files/lock.ts";
import { makeFolder } from "../../files/make-folder.ts";
import type { TransferFile } from "../engine.ts";
import type { FileOutcome } from "../events.ts";
import { type PartPaths, partPathsOf, removePart } from "../part-file/part-file.ts";
import type { Destination, SameFile } from "./destination.ts";
import { fetchLargeFile } from "./fetch-large.ts";
import { fetchSmallFile, isSmall } from "./fetch-small.ts";
import type { FileTask } from "./file-task.ts";
import { isSameFile } from "./same-file.ts";

/**
 * Fetches one file. This is the story of a download:
 *
 * 1. Its folder is made and its name settled. If that very file is complete already, it is skipped.
 * 2. A small file comes by one request, and is verified and saved by a worker thread.
 * 3. Any other file, and a small one that did not come at once, is locked against other processes.
 * 4. What an earlier run left of it is resumed; its bytes are written to a part file and verified
 *    behind the writing.
 * 5. When all of them are right and on the disk, the part file gets its final name.
 *
 * Rejects with an AppError, or with an AbortError when the signal aborts; the part file stays then.
 */
export async function fetchFile(task: FileTask): Promise<FileOutcome> {
  const { file, directory } = task.request;
  const settled = new Set<string>();
  let partPath: string | undefined;
  const settle = async (trusts: boolean) => {
    const destination = await settleName(task, trusts);
    settled.add(destination.path);
    return destination;
  };
  try {
    if (!existsSync(directory)) await makeFolder(directory);
    const destination = await settle(isSmall(file));
    const paths = partPathsOf(destination.path);
    partPath = paths.part;
    if (destination.present && !isAnyThere(paths)) return await skip(destination);
    const small = mayComeWhole(file, destination, paths)
      ? await fetchSmallFile(task, destination)
      : undefined;
    if (small !== undefined && small !== "wrong") return small;
    const rounds = small === "wrong" ? 1 : 2;
    const lock = await takeLock(paths.lock, file.name);
    try {
      // Another process may have saved it between the first look and the lock.
      const isChanged = destination.present || existsSync(destination.path);
      const now = isChanged ? await settle(false) : destination;
      if (!now.present) return await fetchLargeFile(task, now.path, paths, rounds);
      await removePart(paths);
      return await skip(now);
    } finally {
      await lock.release();
    }
  } catch (thrown) {
    if (task.signal.aborted) throw thrown;
    const isDisk = diskCode(thrown) !== undefined;
    const failure = isDisk ? diskError(thrown, `Saving ${file.name} in ${directory}`) : thrown;
    throw addResumeAdvice(failure, partPath);
  } finally {
    for (const path of settled) task.context.destinations.leave(path);
  }
}

function mayComeWhole(file: TransferFile, { present, fresh }: Destination, { part }: PartPaths) {
  return isSmall(file) && !present && (fresh === true || !existsSync(part));
}

async function settleName(task: FileTask, trusts: boolean): Promise<Destination> {
  const { context, emit, request } = task;
  const isSame: SameFile = async (path, bytes) => {
    emit({ kind: "verifying" });
    try {
      return await isSameFile(task, { path, bytes });
    } finally {
      emit({ kind: "downloading" });
    }
  };
  const destination = await context.destinations.settle(request, isSame, trusts);
  emit({ kind: "named", path: destination.path });
  return destination;
}

async function skip({ path, verifiedBy }: Destination): Promise<FileOutcome> {
  const { size: bytes } = await fs.stat(path);
  return { state: "skipped", path, bytes, verifiedBy };
}

/** True if an earlier run left something beside the final name: it may have been killed just after renaming. */
function isAnyThere({ journal, lock }: PartPaths): boolean {
  return existsSync(journal) || existsSync(lock);
}

/** Failures that leave a part file as it is. */
const resumable: readonly (FailureReason | undefined)[] = ["network", "silence", "no-space"];

/** The failure of a file; its advice says that what has arrived is kept if the part file exists. */
function addResumeAdvice(thrown: unknown, partPath: string | undefined): unknown {
  if (!(thrown instanceof AppError) || !resumable.includes(thrown.reason)) return thrown;
  if (partPath === undefined || !existsSync(partPath)) return thrown;
  const advice = [thrown.advice ?? "", "What has arrived is kept."].join(" ").trim();
  return thrown.retold({ advice });
}
