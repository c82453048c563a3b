import { constants, createReadStream } from "node:fs";
import { open, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import * as zlib from "node:zlib";
import { AppError, isDamagedData } from "../base/errors.ts";
import { crc32 } from "../files/crc32.ts";
import { bodyOfEntry, type ZipEntry } from "../files/zip-directory.ts";
import { damagedError } from "./damage.ts";

const chunkBytes = 256 * 1024;

/** Saves one entry of the zip file `file` as `target`; its length and CRC must match the directory. */
export async function saveEntry(
  file: string,
  entry: ZipEntry,
  target: string,
  signal: AbortSignal,
): Promise<void> {
  const name = path.basename(file);
  const what = `its entry ${path.basename(target)}`;
  const first = await bodyOfEntry(file, entry.at);
  if (first === undefined) throw damagedError(name, `${what} does not begin where it should`);
  if (first === "encrypted") throw unknownPacking(name, `${what} is encrypted`);
  if (entry.method !== 0 && entry.method !== 8)
    throw unknownPacking(name, `${what} is packed in an unsupported way`);
  let bytes = 0;
  let crc = 0;
  async function* checked(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > entry.bytes)
        throw damagedError(name, `${what} is larger than the ${entry.bytes} bytes that are listed`);
      crc = crc32(chunk, crc);
      yield chunk;
    }
  }
  if (entry.packedBytes === 0) await writeFile(target, "");
  else {
    // Created before the file is opened: creating it can fail for lack of memory, which would leave the
    // file open.
    const unpack =
      entry.method === 0 ? undefined : zlib.createInflateRaw({ chunkSize: chunkBytes });
    const read = createReadStream(file, {
      start: first,
      end: first + entry.packedBytes - 1,
      highWaterMark: chunkBytes,
    });
    const save = (chunks: AsyncIterable<Buffer>) => writeChunks(target, checked(chunks));
    await pipe(read, unpack, save, signal).catch((thrown: unknown) => {
      throw isDamagedData(thrown)
        ? damagedError(name, `${what} is damaged: ${thrown.message}`)
        : thrown;
    });
  }
  if (bytes !== entry.bytes)
    throw damagedError(name, `${what} has ${bytes} bytes, not the ${entry.bytes} that are listed`);
  if (crc !== entry.crc32) throw damagedError(name, `${what} has another CRC than is listed`);
}

function unknownPacking(name: string, answered: string): AppError {
  return new AppError({
    kind: "unexpected",
    tried: `Unpacking ${name}`,
    answered,
    advice: "The packed file is kept. Unpack it with another tool.",
  });
}

/**
 * Pipes `packed` through `unpack`, if given, into `save`. Rejects with the error of `save`, because the
 * pipeline's own error only reports an abort.
 */
export async function pipe(
  packed: Readable,
  unpack: Transform | undefined,
  save: (chunks: AsyncIterable<Buffer>) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let saving: Promise<void> | undefined;
  const saved = (chunks: AsyncIterable<Buffer>) => {
    saving = save(chunks);
    return saving;
  };
  const piping =
    unpack === undefined
      ? pipeline(packed, saved, { signal })
      : pipeline(packed, unpack, saved, { signal });
  await piping.catch(async (thrown: unknown) => {
    // The pipeline may end before `save` has rejected with the cause.
    await saving;
    throw thrown;
  });
}

const { O_CREAT, O_NOFOLLOW = 0, O_NONBLOCK = 0, O_TRUNC, O_WRONLY } = constants;

/** Writes a new file or replaces the old one, and syncs its bytes. Does not follow a link at that path. */
export async function writeChunks(file: string, chunks: AsyncIterable<Buffer>): Promise<void> {
  const handle = await open(file, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK);
  try {
    // A nearly full disk may accept only a part of a chunk: writeFile then writes the rest, but write does
    // not.
    for await (const chunk of chunks) await handle.writeFile(chunk);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}
