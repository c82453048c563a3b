import { existsSync } from "node:fs";
import fs from "node:fs/promises";
import { debug } from "../../base/debug.ts";
import { AppError, errnoOf } from "../../base/errors.ts";
import { createFileSpace } from "../../files/free-space.ts";
import { brokenError, fetchingWords, ObjectChanged } from "../../objects/recovery.ts";
import type { TransferFile, TransferRequest } from "../engine.ts";
import type { FileOutcome } from "../events.ts";
import { ObjectDownload } from "../object/object-download.ts";
import { type JournalHead, type JournalRead, readJournal } from "../part-file/journal.ts";
import { openPartFile, type PartFile, type PartPaths, removePart } from "../part-file/part-file.ts";
import { createRanges } from "../part-file/ranges.ts";
import type { Verdict } from "../verify/checks.ts";
import { selectChecks } from "../verify/checks.ts";
import { beginVerification } from "../verify/verification.ts";
import type { FileTask } from "./file-task.ts";
import { isSameFile } from "./same-file.ts";

/** How often a download may start, the first time included, if its object keeps changing. */
const mostBeginnings = 3;

type Verified = Verdict & { bytes: number };

/**
 * Downloads a file into its part file, verifies it, and renames it to its final name. Wrong bytes are
 * downloaded again, up to `rounds` times in total; then they are removed, as are bytes that the disk may have
 * lost. After any other failure the part file remains. The caller holds the lock.
 */
export async function fetchLargeFile(
  task: FileTask,
  path: string,
  paths: PartPaths,
  rounds: number,
): Promise<FileOutcome> {
  const { context, request } = task;
  const { directory, file } = request;
  const left = await readLeft(task, paths);
  debug("transfer", { file: file.fileId, resumes: left?.done.bytes() ?? 0, of: file.bytes });
  // After a power loss, the removed journal of the complete file must not reappear and describe the new
  // bytes.
  if (left === undefined && existsSync(path)) await context.syncDirectory(directory);
  const part = await openPartFile(paths, context.boot, left);
  try {
    const verified = await downloadUntilRight(task, part, paths, left?.head, rounds);
    await part.close(true);
    await fs.rename(paths.part, path);
    await context.syncDirectory(directory);
    await fs.rm(paths.journal, { force: true });
    return { state: "saved", path, ...verified };
  } catch (thrown) {
    const isGone = errnoOf(thrown) === "ENOENT" && !existsSync(paths.part) && existsSync(directory);
    const isWorthKeeping = part.done().bytes() > 0 && !isWrong(thrown) && !isGone;
    await part.close().catch(() => undefined);
    if (!isWorthKeeping || !part.isSound()) {
      await removePart(paths);
      task.emit({ kind: "stored", bytes: 0 });
    }
    throw isGone ? goneError(request, thrown) : thrown;
  }
}

/** Starts again after wrong bytes, and if the object has changed since the start. */
async function downloadUntilRight(
  task: FileTask,
  part: PartFile,
  paths: PartPaths,
  left: JournalHead | undefined,
  rounds: number,
): Promise<Verified> {
  const { fileId, name } = task.request.file;
  let resumed = left;
  for (let round = 1, beginning = 1; ; ) {
    try {
      return await downloadAndVerify(task, part, paths, resumed);
    } catch (thrown) {
      if (thrown instanceof ObjectChanged) {
        beginning += 1;
        if (beginning > mostBeginnings) {
          throw brokenError(fetchingWords(name), "the object keeps changing");
        }
      } else if (isWrong(thrown) && round < rounds) round += 1;
      else throw thrown;
    }
    debug("transfer", { file: fileId, decides: "starts again", round, beginning });
    resumed = undefined;
    await part.reset();
    task.emit({ kind: "downloading" });
    task.emit({ kind: "stored", bytes: 0 });
  }
}

async function downloadAndVerify(
  { context, emit, request, signal }: FileTask,
  part: PartFile,
  paths: PartPaths,
  resumed: JournalHead | undefined,
): Promise<Verified> {
  const { file } = request;
  const doneBytes = part.done().bytes();
  const checks = selectChecks(file, context.recordsSha256);
  const { verify } = context.workers;
  const verification = beginVerification(file, paths.part, checks, verify, signal);
  const space = createFileSpace(request, doneBytes, context.diskSpace);
  try {
    const knownBytes = resumed?.bytes ?? file.bytes;
    if (knownBytes !== undefined) await space.reserve(knownBytes);
    if (resumed !== undefined) part.begin(resumed);
    emit({ kind: "stored", bytes: doneBytes });
    verification.advance(part.done().prefixEnd());
    const task = { file, part, resumed, space, verifier: verification, emit };
    const { bytes, hasKnownSize } = await new ObjectDownload(task, context, signal).run();
    emit({ kind: "verifying" });
    return { bytes, ...(await verification.conclude(bytes, hasKnownSize)) };
  } finally {
    space.end();
    await verification.close();
  }
}

/** The bytes that an earlier run fetched of this file; undefined if they cannot be used. */
async function readLeft(task: FileTask, paths: PartPaths): Promise<JournalRead | undefined> {
  const part = await fs.lstat(paths.part).catch(() => undefined);
  if (part === undefined || !part.isFile()) return undefined;
  const read = readJournal(paths.journal, task.context.boot, part.size);
  return (await readComplete(task, paths.part, part.size)) ?? usableOf(read, task.request.file);
}

function usableOf(read: JournalRead | undefined, file: TransferFile): JournalRead | undefined {
  if (read === undefined || read.done.bytes() === 0) return undefined;
  const { fileId, bytes, md5, etag } = read.head;
  const isSame = fileId === file.fileId && bytes === (file.bytes ?? bytes) && md5 === file.md5;
  // Without a tag or an md5 nothing would show that the object has changed.
  return isSame && (etag ?? md5) !== undefined ? read : undefined;
}

/** Reading at most this much again takes less time than a request. */
const mostReadAgain = 8 * 1024 * 1024;

/**
 * All bytes, if the part file has them. A process may have been killed after it had written them and before
 * its journal had them; small files have no journal.
 */
async function readComplete(
  task: FileTask,
  path: string,
  partBytes: number,
): Promise<JournalRead | undefined> {
  const { bytes, fileId, md5 } = task.request.file;
  if (bytes !== partBytes || bytes > mostReadAgain || md5 === undefined) return undefined;
  if ((await isSameFile(task, { path, bytes })) === undefined) return undefined;
  return {
    head: { version: 1, fileId, bytes, md5 },
    done: createRanges([{ first: 0, end: bytes }]),
  };
}

function isWrong(thrown: unknown): boolean {
  return thrown instanceof AppError && thrown.kind === "integrity";
}

function goneError({ file, directory }: TransferRequest, cause: unknown): AppError {
  return new AppError({
    kind: "disk",
    tried: `Saving ${file.name} in ${directory}`,
    answered: "its partial file is gone",
    advice: "Check which other program removes files there, then try again.",
    errno: "ENOENT",
    cause,
  });
}
