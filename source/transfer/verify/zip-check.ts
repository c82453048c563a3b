import fs from "node:fs";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import * as zlib from "node:zlib";
import { crc32 as ownCrc32 } from "../../files/crc32.ts";
import { readZipDirectory, type ZipEntry } from "../../files/zip-directory.ts";

const localSignature = 0x04034b50;
const localBytes = 30;
const chunkBytes = 1024 * 1024;

const crc32: (bytes: Buffer, before?: number) => number = zlib.crc32 ?? ownCrc32;

/**
 * What is wrong with a complete zip file, as a sentence part; undefined: its directory is whole and
 * each stored or deflated entry has its length and CRC. Encrypted and rarer entries count as right.
 * Rejects with what the disk refuses, or with an AbortError.
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
    if (entry.method === 0) await pipeline(read, count, { signal });
    else await pipeline(read, zlib.createInflateRaw({ chunkSize: chunkBytes }), count, { signal });
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && String(thrown.code).startsWith("Z_")) {
      return `is damaged (${thrown.message})`;
    }
    throw thrown;
  }
  if (bytes !== entry.bytes) return `has ${bytes} bytes, not ${entry.bytes}`;
  return crc === entry.crc32 ? undefined : "has another CRC than the directory says";
}

/** Where the bytes of the entry whose local header is at `at` begin; undefined: there is none. */
export async function bodyOfEntry(
  file: string,
  at: number,
): Promise<number | "encrypted" | undefined> {
  const handle = await open(file, "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(localBytes), 0, localBytes, at);
    if (bytesRead < localBytes || buffer.readUInt32LE(0) !== localSignature) return undefined;
    if (buffer.readUInt16LE(6) & 1) return "encrypted";
    return at + localBytes + buffer.readUInt16LE(26) + buffer.readUInt16LE(28);
  } finally {
    await handle.close();
  }
}
