import path from "node:path";
import { AppError } from "../../base/errors.ts";
import { unlessAborted } from "../../base/waiting.ts";
import { closeFile, openFile, readAt } from "../../files/disk.ts";
import { type ConfirmedIdentity, readObject } from "../../objects/read-object.ts";
import { brokenError, downloadRecovery, remedyFor, withRecovery } from "../../objects/recovery.ts";
import type { VerifiedBy } from "../engine.ts";
import { createRead, type FileTask } from "./file-task.ts";

/** Bytes compared at the end of an object; gzip has its CRC there, zip those of its last entries. */
const endBytes = 16 * 1024;

/** A complete file with the name of the wanted one. */
export interface ExistingFile {
  path: string;
  bytes: number;
}

/**
 * How `existing` was verified as the wanted file; undefined if it is another. Compares size and md5 if
 * listed; otherwise the size and end of the object, and for a format without CRC an ETag that is an MD5.
 * Rejects with an AppError if the store does not answer after retries, or with an AbortError.
 */
export async function isSameFile(
  task: FileTask,
  existing: ExistingFile,
): Promise<VerifiedBy | undefined> {
  const { file } = task.request;
  if (file.bytes !== undefined && existing.bytes !== file.bytes) return undefined;
  const isMd5 = async (md5: string) =>
    (await md5OfFile(task, existing)) === md5 ? "md5" : undefined;
  if (file.md5 !== undefined) return isMd5(file.md5.toLowerCase());
  const found = await compareEnd(task, existing);
  if (found === undefined) return undefined;
  const etagMd5 = /^"([0-9a-f]{32})"$/.exec(found.etag ?? "")?.[1];
  const hasCrc = [".gz", ".zip"].includes(path.extname(file.name).toLowerCase());
  return hasCrc || etagMd5 === undefined ? "size" : isMd5(etagMd5);
}

async function md5OfFile(
  { context, signal }: FileTask,
  { path, bytes }: ExistingFile,
): Promise<string | undefined> {
  const verifier = context.workers.verify(path, ["md5"]);
  try {
    return (await unlessAborted(verifier.finish(bytes), signal)).md5;
  } finally {
    await verifier.close();
  }
}

/** The identity of an object with the same size and end; undefined if it is another. */
async function compareEnd(
  task: FileTask,
  existing: ExistingFile,
): Promise<ConfirmedIdentity | undefined> {
  const { context, request, signal } = task;
  const { clock, pool } = context;
  const policy = downloadRecovery(context);
  const recovery = { fileId: request.file.fileId, policy, clock, signal };
  try {
    return await withRecovery(recovery, () =>
      pool.runOne(signal, () => compareOnce(task, existing)),
    );
  } catch (thrown) {
    // A shorter object rejects the range.
    if (thrown instanceof AppError && remedyFor(thrown) === "restart") return undefined;
    throw thrown;
  }
}

async function compareOnce(
  task: FileTask,
  { path, bytes }: ExistingFile,
): Promise<ConfirmedIdentity | undefined> {
  const read = createRead(task);
  const range = bytes === 0 ? undefined : { first: Math.max(0, bytes - endBytes) };
  const fd = await openFile(path, "r");
  try {
    return await readObject({ ...read, range }, async ({ first, identity, stream }) => {
      let position = first;
      for await (const chunk of stream) {
        if (!Buffer.isBuffer(chunk)) break;
        const own = Buffer.alloc(chunk.length);
        if ((await readAt(fd, own, own.length, position)) < own.length) return undefined;
        if (!own.equals(chunk)) return undefined;
        position += chunk.length;
      }
      if ((identity.bytes ?? position) !== bytes) return undefined;
      if (position < bytes) throw brokenError(read.words, "its end is missing in the answer");
      return identity;
    });
  } finally {
    await closeFile(fd);
  }
}
