import fs from "node:fs";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import * as zlib from "node:zlib";
import { isDamagedData } from "../../base/errors.ts";
import { crc32 } from "../../files/crc32.ts";
import { bodyOfEntry, readZipDirectory, type ZipEntry } from "../../files/zip-directory.ts";

const chunkBytes = 1024 * 1024;

/**
 * The damage of a complete zip file as a sentence part; undefined if its directory, lengths and CRCs are
 * correct. Encrypted entries and rare methods count as correct. Rejects with disk errors or an AbortError.
 */
export async function checkZip(file: string, signal: AbortSignal): Promise<string | undefined> {
  const entries = await readZipDirectory(file);
  if (typeof entries === "string") return entries;
  for (const [index, entry] of entries.entries()) {
    signal.throwIfAborted();
    const wrong = await checkEntry(file, entry, signal);
    if (wrong !== undefined) return `entry ${index + 1} of its zip data ${wrong}`;
  }
  return undefined;
}

async function checkEntry(
  file: string,
  entry: ZipEntry,
  signal: AbortSignal,
): Promise<string | undefined> {
  const first = await bodyOfEntry(file, entry.at);
  if (first === undefined) return "does not begin where the directory says";
  if (first === "encrypted" || (entry.method !== 0 && entry.method !== 8)) return undefined;
  if (entry.packedBytes === 0) return entry.bytes === 0 ? undefined : "is empty";
  // Created before the file is opened: creating it can fail for lack of memory, which would leave the file
  // open.
  const unpack =
    entry.method === 0
      ? new PassThrough({ highWaterMark: chunkBytes })
      : zlib.createInflateRaw({ chunkSize: chunkBytes });
  const read = fs.createReadStream(file, {
    start: first,
    end: first + entry.packedBytes - 1,
    highWaterMark: chunkBytes,
  });
  let crc = 0;
  let bytes = 0;
  const count = async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      crc = crc32(chunk, crc);
      bytes += chunk.length;
    }
  };
  try {
    await pipeline(read, unpack, count, { signal });
  } catch (thrown) {
    if (isDamagedData(thrown)) return `is damaged (${thrown.message})`;
    throw thrown;
  }
  if (bytes !== entry.bytes) return `has ${bytes} bytes, not ${entry.bytes}`;
  return crc === entry.crc32 ? undefined : "has another CRC than the directory says";
}
