import { existsSync } from "node:fs";
import fs from "node:fs/promises";
import { AppError, errnoOf, type FailureReason } from "../../base/errors.ts";
import { diskError } from "../../files/disk.ts";
import { takeLock } from "../../files/lock.ts";
import type { FileOutcome } from "../events.ts";
import { leftBeside, type PartPaths, partPathsOf, removePart } from "../part-file/part-file.ts";
import type { SameFile, SettledPath } from "./destination.ts";
import { fetchLargeFile } from "./fetch-large.ts";
import { fetchSmallFile } from "./fetch-small.ts";
import type { FileTask } from "./file-task.ts";
import { isSameFile } from "./same-file.ts";

/**
 * Fetches one file:
 *
 * 1. Create the folder and settle the name; skip the file if it is complete already.
 * 2. Fetch a small file with one request; a worker thread verifies and saves it.
 * 3. Lock any other file, or a small one whose request failed, against other processes.
 * 4. Resume what an earlier run left; write the rest to a part file and verify it along the way.
 * 5. Give the part file its final name when all bytes are correct and on disk.
 *
 * Rejects with an AppError, or with an AbortError when the signal aborts; the part file is kept then.
 */
export async function fetchFile(task: FileTask): Promise<FileOutcome> {
  const { file, directory } = task.request;
  const isWhole = task.way === "whole";
  const settled = new Set<string>();
  let partPath: string | undefined;
  const settle = async (trustsListing: boolean) => {
    const destination = await settleName(task, trustsListing);
    settled.add(destination.path);
    return destination;
  };
  try {
    await task.context.makeFolder(directory);
    const destination = await settle(isWhole);
    const paths = partPathsOf(destination.path);
    partPath = paths.part;
    const hasLeftovers = () => leftBeside(paths).some((left) => existsSync(left));
    if (destination.present && !hasLeftovers()) return await skip(destination);
    const small =
      isWhole && isFree(destination, paths) ? await fetchSmallFile(task, destination) : undefined;
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
    if (errnoOf(thrown) === undefined) throw addResumeAdvice(thrown, partPath);
    throw addResumeAdvice(diskError(thrown, `Saving ${file.name} in ${directory}`), partPath);
  } finally {
    for (const path of settled) task.context.destinations.leave(path);
  }
}

/** What a killed process left needs a lock, and would let a small file that was fetched count as taken. */
function isFree({ present, fresh }: SettledPath, { lock, part }: PartPaths): boolean {
  return !present && (fresh === true || ![part, lock].some((left) => existsSync(left)));
}

async function settleName(task: FileTask, trustsListing: boolean): Promise<SettledPath> {
  const { context, emit, request } = task;
  const isSame: SameFile = async (path, bytes) => {
    emit({ kind: "verifying" });
    try {
      return await isSameFile(task, { path, bytes });
    } finally {
      emit({ kind: "downloading" });
    }
  };
  const destination = await context.destinations.settle(request, isSame, trustsListing);
  emit({ kind: "named", path: destination.path });
  return destination;
}

async function skip({ path, verifiedBy }: SettledPath): Promise<FileOutcome> {
  const { size: bytes } = await fs.stat(path);
  return { state: "skipped", path, bytes, verifiedBy };
}

const resumable: readonly (FailureReason | undefined)[] = ["network", "silence", "no-space"];

function addResumeAdvice(thrown: unknown, partPath: string | undefined): unknown {
  if (!(thrown instanceof AppError) || !resumable.includes(thrown.reason)) return thrown;
  if (partPath === undefined || !existsSync(partPath)) return thrown;
  const advice = [thrown.advice ?? "", "What has arrived is kept."].join(" ").trim();
  return thrown.withFacts({ advice });
}
