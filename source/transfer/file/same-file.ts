import path from "node:path";
import { unlessAborted } from "../../base/abortable.ts";
import { AppError } from "../../base/errors.ts";
import { closeFile, openFile, readAt } from "../../files/disk.ts";
import { createAddress } from "../../objects/address.ts";
import type { ConfirmedIdentity } from "../../objects/identity.ts";
import { brokenError, fetchingWords } from "../../objects/read-errors.ts";
import { readObject } from "../../objects/read-object.ts";
import { downloadRecovery, remedyFor, withRecovery } from "../../objects/recovery.ts";
import { createStallTimeout } from "../../objects/stall-timeout.ts";
import type { TransferFile, VerifiedBy } from "../engine.ts";
import type { FetchContext } from "../object/task.ts";
import type { FollowerPool } from "../verify/worker-pool.ts";

/** So much of an object's end is compared: gzip has its CRC there, zip the CRCs of its last entries. */
const endBytes = 16 * 1024;

export interface SameFileContext extends FetchContext {
  followers: FollowerPool;
}

/** A complete file that stands where another is wanted. */
export interface Standing {
  path: string;
  bytes: number;
}

/**
 * What shows that `standing` is the wanted file; undefined where it is another. By the listed size and md5; where no md5 is listed, by the
 * object's size and its end, and for a format without a CRC by its ETag too, where that is an MD5.
 * `received` is told of body bytes. Rejects with an AppError where the store does not tell, after
 * retries, or with an AbortError.
 */
export async function isSameFile(
  file: TransferFile,
  standing: Standing,
  context: SameFileContext,
  received: (bytes: number) => void,
  signal: AbortSignal,
): Promise<VerifiedBy | undefined> {
  if (file.bytes !== undefined && standing.bytes !== file.bytes) return undefined;
  const md5Of = () => md5OfFile(standing, context.followers, signal);
  const isMd5 = async (md5: string) => ((await md5Of()) === md5 ? "md5" : undefined);
  if (file.md5 !== undefined) return isMd5(file.md5.toLowerCase());
  const found = await compareWithRecovery(file, context, signal, () =>
    context.lanes.within(signal, () => compareEnd(file, standing, context, received, signal)),
  );
  if (found === undefined) return undefined;
  const told = /^"([0-9a-f]{32})"$/.exec(found.etag ?? "")?.[1];
  const hasCrc = [".gz", ".zip"].includes(path.extname(file.name).toLowerCase());
  return hasCrc || told === undefined ? "size" : isMd5(told);
}

async function md5OfFile(
  { path, bytes }: Standing,
  followers: FollowerPool,
  signal: AbortSignal,
): Promise<string | undefined> {
  const follower = followers.follow(path, ["md5"]);
  try {
    return (await unlessAborted(follower.finish(bytes), signal)).md5;
  } finally {
    await follower.close();
  }
}

/** What the store says of an object with that size and that end; undefined: the object is another. */
async function compareEnd(
  file: TransferFile,
  { path, bytes }: Standing,
  { source, stallTimeoutMs }: SameFileContext,
  received: (bytes: number) => void,
  signal: AbortSignal,
): Promise<ConfirmedIdentity | undefined> {
  const words = fetchingWords(file.name);
  const fd = await openFile(path, "r");
  const read = {
    source,
    address: createAddress(source, file.fileId, signal),
    name: file.name,
    words,
    stall: createStallTimeout(stallTimeoutMs, signal),
    range: bytes === 0 ? undefined : { first: Math.max(0, bytes - endBytes) },
    received,
  };
  try {
    return await readObject(read, async ({ first, identity, stream }) => {
      let position = first;
      for await (const chunk of stream) {
        if (!Buffer.isBuffer(chunk)) break;
        const own = Buffer.alloc(chunk.length);
        if ((await readAt(fd, own, own.length, position)) < own.length) return undefined;
        if (!own.equals(chunk)) return undefined;
        position += chunk.length;
      }
      if ((identity.bytes ?? position) !== bytes) return undefined;
      if (position < bytes) throw brokenError(words, "its end is missing in the answer");
      return identity;
    });
  } finally {
    await closeFile(fd);
  }
}

/** Asks again if another try may succeed; an object that is shorter is another one. */
async function compareWithRecovery(
  { fileId }: TransferFile,
  { retryDelayMs, clock }: SameFileContext,
  signal: AbortSignal,
  compare: () => Promise<ConfirmedIdentity | undefined>,
): Promise<ConfirmedIdentity | undefined> {
  const policy = downloadRecovery(retryDelayMs, clock.random);
  try {
    return await withRecovery({ fileId, policy, clock, signal }, compare);
  } catch (thrown) {
    if (thrown instanceof AppError && remedyFor(thrown) === "restart") return undefined;
    throw thrown;
  }
}
