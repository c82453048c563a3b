import { createReadStream } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { createGunzip } from "node:zlib";
import { isDamagedData } from "../base/errors.ts";
import { syncDirectory, unlessMissing } from "../files/disk.ts";
import { freePath } from "../files/free-name.ts";
import { removeLeftovers } from "../files/leftovers.ts";
import { takeLock } from "../files/lock.ts";
import { damagedError, type Unpacked, type UnpackOptions } from "./damage.ts";
import { pipe, writeChunks } from "./extract-entry.ts";

const readBytes = 1024 * 1024;
const unpackedBytes = 256 * 1024;

/** Real records compress less than `mostTimes`, and an output of `harmlessBytes` does no harm in any case. */
const mostTimes = 250;
const harmlessBytes = 64 * 1024 * 1024;

/** Unpacks a gzip file into `wanted`, or into a numbered name if another file has that one. */
export async function gunzipFile(
  file: string,
  wanted: string,
  { overwrite, signal }: UnpackOptions,
): Promise<Unpacked> {
  const name = path.basename(file);
  const part = `${wanted}.part`;
  if (!overwrite && (await hasListedSize(file, wanted))) {
    await removeLeftovers(part);
    return { paths: [wanted], isNew: false };
  }
  const lock = await takeLock(`${part}.lock`, path.basename(wanted));
  try {
    await gunzip(file, part, signal).catch((thrown: unknown) => {
      throw isDamagedData(thrown)
        ? damagedError(name, `its gzip data is damaged: ${thrown.message}`)
        : thrown;
    });
    const { path: target, isTaken } = overwrite
      ? { path: wanted, isTaken: false }
      : await freePath(wanted, (existing) => equalFiles(part, existing));
    if (!isTaken) await rename(part, target);
    await syncDirectory(path.dirname(target));
    return { paths: [target], isNew: !isTaken };
  } finally {
    await rm(part, { force: true }).finally(lock.release);
  }
}

async function gunzip(file: string, part: string, signal: AbortSignal): Promise<void> {
  const { size } = await stat(file);
  const mostBytes = Math.max(harmlessBytes, size * mostTimes);
  async function* bounded(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let bytes = 0;
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > mostBytes) {
        const words = `it unpacks to more than ${mostTimes} times its size`;
        throw damagedError(path.basename(file), `${words}, which only a malicious file does`);
      }
      yield chunk;
    }
  }
  // Created before the file is opened: creating it can fail for lack of memory, which would leave the file
  // open.
  const unpack = createGunzip({ chunkSize: unpackedBytes });
  const packed = createReadStream(file, { highWaterMark: readBytes });
  await pipe(packed, unpack, (chunks) => writeChunks(part, bounded(chunks)), signal);
}

/**
 * True if `target` has the size recorded at the end of the gzip file, which means that it was unpacked
 * before.
 */
async function hasListedSize(file: string, target: string): Promise<boolean> {
  const existing = await stat(target).catch(unlessMissing);
  if (existing === undefined || !existing.isFile()) return false;
  const handle = await open(file, "r");
  try {
    const { size } = await handle.stat();
    const tail = Buffer.alloc(4);
    const { bytesRead } = await handle.read(tail, 0, 4, Math.max(0, size - 4));
    return bytesRead === 4 && tail.readUInt32LE(0) === existing.size % 2 ** 32;
  } finally {
    await handle.close();
  }
}

const pieceBytes = 1024 * 1024;

/** True if both are files of the same bytes. */
async function equalFiles(left: string, right: string): Promise<boolean> {
  const one = await open(left, "r");
  try {
    const other = await open(right, "r");
    try {
      const [first, second] = await Promise.all([one.stat(), other.stat()]);
      if (!first.isFile() || !second.isFile() || first.size !== second.size) return false;
      const pieces = [Buffer.alloc(pieceBytes), Buffer.alloc(pieceBytes)] as const;
      for (let at = 0; at < first.size; at += pieceBytes) {
        const [{ bytesRead }] = await Promise.all([
          one.read(pieces[0], 0, pieceBytes, at),
          other.read(pieces[1], 0, pieceBytes, at),
        ]);
        if (pieces[0].compare(pieces[1], 0, bytesRead, 0, bytesRead) !== 0) return false;
      }
      return true;
    } finally {
      await other.close();
    }
  } finally {
    await one.close();
  }
}
