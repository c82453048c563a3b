import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { unlessAborted } from "../../base/abortable.ts";
import { AppError } from "../../base/errors.ts";
import { closeFile, openFile, readAt } from "../../files/disk.ts";
import { brokenError, remedyFor, requestFailure, waitAfter } from "../../objects/recovery.ts";
import type { ObjectBody } from "../../objects/source.ts";
import { createWatchdog } from "../../objects/stall-timeout.ts";
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
  const found = await withPatience(context, signal, () =>
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

/** What the store tells of an object with that size and that end; undefined: it has another. */
async function compareEnd(
  file: TransferFile,
  { path, bytes }: Standing,
  { source, stallTimeoutMs }: SameFileContext,
  received: (bytes: number) => void,
  signal: AbortSignal,
): Promise<Pick<ObjectBody, "etag"> | undefined> {
  const fd = await openFile(path, "r");
  const watchdog = createWatchdog(stallTimeoutMs, signal);
  try {
    const url = await source.locate(file.fileId, watchdog.signal);
    const first = Math.max(0, bytes - endBytes);
    const body = await source.open({
      url,
      ...(bytes === 0 ? {} : { range: { first } }),
      signal: watchdog.signal,
    });
    let position = body.first;
    for await (const chunk of body.stream) {
      if (!Buffer.isBuffer(chunk)) break;
      watchdog.heard();
      received(chunk.length);
      const own = Buffer.alloc(chunk.length);
      if ((await readAt(fd, own, own.length, position)) < own.length) return undefined;
      if (!own.equals(chunk)) return undefined;
      position += chunk.length;
    }
    if ((body.objectBytes ?? position) !== bytes) return undefined;
    if (position < bytes) throw brokenError(file.name, "its end is missing in the answer");
    return body;
  } catch (thrown) {
    throw requestFailure(thrown, file.name, watchdog, stallTimeoutMs);
  } finally {
    watchdog.leave();
    await closeFile(fd);
  }
}

/** Asks again where another try may go well; an object that is shorter is another. */
async function withPatience<Found>(
  context: SameFileContext,
  signal: AbortSignal,
  ask: () => Promise<Found>,
): Promise<Found | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      if (remedyFor(thrown) === "anew") return undefined;
      const delayMs = waitAfter(thrown, attempt, context);
      if (delayMs === undefined) throw thrown;
      await wait(delayMs, undefined, { signal });
    }
  }
}
