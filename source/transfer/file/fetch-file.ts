import { existsSync } from "node:fs";
import fs from "node:fs/promises";
import { AppError, type FailureReason } from "../../base/errors.ts";
import { diskCode, diskError } from "../../files/disk.ts";
import { takeLock } from "../../files/lock.ts";
import { makeFolder } from "../../files/make-folder.ts";
import type { TransferFile, TransferRequest } from "../engine.ts";
import { type PartPaths, partPathsOf } from "../part-file/part-file.ts";
import type { Destination, SameFile } from "./destination.ts";
import { removePartial, saveFile } from "./fetch-large.ts";
import { isSmall, saveSmallFile } from "./fetch-small.ts";
import type { FileContext, FileOutcome, FileReport } from "./file-task.ts";
import { isSameFile } from "./same-file.ts";

/**
 * Fetches one file: skips it where it stands complete, else fetches, verifies and renames it.
 * Rejects with an AppError, or with an AbortError when the signal aborts; the partial file stays then.
 */
export async function fetchFile(
  request: TransferRequest,
  context: FileContext,
  report: FileReport,
  signal: AbortSignal,
): Promise<FileOutcome> {
  const { file, directory } = request;
  const settled = new Set<string>();
  let part: string | undefined;
  const settle = async (trusts: boolean) => {
    const destination = await settleName(request, context, report, signal, trusts);
    settled.add(destination.path);
    return destination;
  };
  try {
    if (!existsSync(directory)) await makeFolder(directory);
    const destination = await settle(isSmall(file));
    const paths = partPathsOf(destination.path);
    part = paths.part;
    if (destination.present && !(await isAnyThere(paths))) return await skip(destination);
    const small = mayComeWhole(file, destination, paths)
      ? await saveSmallFile(request, destination, context, report, signal)
      : undefined;
    if (small !== undefined && small !== "wrong") return small;
    const tries = small === "wrong" ? 1 : 2;
    const lock = await takeLock(paths.lock, file.name);
    try {
      // Another process may have saved it between the first look and the lock.
      const isChanged = destination.present || existsSync(destination.path);
      const now = isChanged ? await settle(false) : destination;
      if (now.present) {
        await removePartial(paths);
        return await skip(now);
      }
      return await saveFile(request, now.path, paths, tries, context, report, signal);
    } finally {
      await lock.release();
    }
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    const isDisk = diskCode(thrown) !== undefined;
    const failure = isDisk ? diskError(thrown, `Saving ${file.name} in ${directory}`) : thrown;
    throw withKept(failure, part);
  } finally {
    for (const path of settled) context.destinations.leave(path);
  }
}

function mayComeWhole(file: TransferFile, { present, fresh }: Destination, { part }: PartPaths) {
  return isSmall(file) && !present && (fresh === true || !existsSync(part));
}

async function settleName(
  request: TransferRequest,
  context: FileContext,
  report: FileReport,
  signal: AbortSignal,
  trusts: boolean,
): Promise<Destination> {
  const { file } = request;
  const isSame: SameFile = async (path, bytes) => {
    report.verifying();
    try {
      return await isSameFile(file, { path, bytes }, context, report.received, signal);
    } finally {
      report.fetching();
    }
  };
  const destination = await context.destinations.settle(request, isSame, trusts);
  report.settled(destination.path);
  return destination;
}

async function skip({ path, verifiedBy }: Destination): Promise<FileOutcome> {
  const { size: bytes } = await fs.stat(path);
  return { state: "skipped", path, bytes, ...(verifiedBy === undefined ? {} : { verifiedBy }) };
}

/** True when an earlier run left something beside the final name: it may have been killed just after renaming. */
async function isAnyThere({ journal, lock }: PartPaths): Promise<boolean> {
  const found = await Promise.all(
    [journal, lock].map((path) =>
      fs.access(path).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}

/** Failures that leave a partial file as it is. */
const leaving: readonly (FailureReason | undefined)[] = ["network", "silence", "no-space"];

/** The failure of a file; it says that what has arrived is kept where something is, in `partPath`. */
export function withKept(thrown: unknown, partPath: string | undefined): unknown {
  if (!(thrown instanceof AppError) || !leaving.includes(thrown.reason)) return thrown;
  if (partPath === undefined || !existsSync(partPath)) return thrown;
  const advice = [thrown.advice ?? "", "What has arrived is kept."].join(" ").trim();
  return thrown.retold({ advice });
}
