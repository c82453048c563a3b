import { createInflateRaw } from "node:zlib";
import { AppError } from "../base/errors.ts";
import { crc32 } from "../files/crc32.ts";
import { readLocalHeader, type ZipEntry } from "../files/zip-directory.ts";
import { type Check, createInflateCheck, type TakeUnpacked } from "../transfer/verify/checks.ts";

const localHeaderBytes = 30;
const outputBytes = 256 * 1024;

/** The entry whose bytes arrive now. */
interface CurrentEntry {
  entry: ZipEntry;
  /** Position in the directory, from 1. */
  number: number;
  header: Buffer;
  /** Positions of its packed data; undefined until its header has passed. */
  body?: { first: number; end: number };
  unpacking?: Check | undefined;
  crc: number;
  bytes: number;
}

/**
 * Verifies a zip file whose bytes pass in order: the lengths and CRCs of `entries`, which are all of its
 * directory. What is unpacked is given to `take`, if there is one. Encrypted entries and rare methods count as
 * correct; with `take` they are an AppError.
 */
export function createZipStreamCheck(
  name: string,
  entries: readonly ZipEntry[],
  take?: TakeUnpacked,
): Check {
  const waiting = entries
    .map((entry, index) => ({ entry, number: index + 1 }))
    .sort((one, other) => one.entry.at - other.entry.at);
  let position = 0;
  let wrong: string | undefined;
  let current: CurrentEntry | undefined;

  function begin(): CurrentEntry | undefined {
    const next = waiting.shift();
    if (next === undefined) return undefined;
    if (next.entry.at < position) wrong = `entry ${next.number} of its zip data overlaps another`;
    return { ...next, header: Buffer.alloc(0), crc: 0, bytes: 0 };
  }

  /** Takes bytes from the start of `chunk` and returns how many. */
  async function pass(chunk: Buffer): Promise<number> {
    current ??= begin();
    if (current === undefined) return chunk.length;
    const { entry } = current;
    if (position < entry.at) return Math.min(chunk.length, entry.at - position);
    if (current.body === undefined) return readHeader(current, chunk);
    const { body } = current;
    if (position < body.first) return Math.min(chunk.length, body.first - position);
    const bytes = Math.min(chunk.length, body.end - position);
    if (bytes > 0) await unpack(current, chunk.subarray(0, bytes));
    if (position + bytes === body.end) await finish(current);
    return bytes;
  }

  function readHeader(one: CurrentEntry, chunk: Buffer): number {
    const bytes = Math.min(chunk.length, localHeaderBytes - one.header.length);
    one.header = Buffer.concat([one.header, chunk.subarray(0, bytes)]);
    if (one.header.length < localHeaderBytes) return bytes;
    const header = readLocalHeader(one.header);
    const { at, method, packedBytes } = one.entry;
    if (header === undefined) {
      wrong = `entry ${one.number} of its zip data does not begin where the directory says`;
      return bytes;
    }
    if (header.isEncrypted || (method !== 0 && method !== 8)) {
      if (take !== undefined) throw packingError(name, one.entry, header.isEncrypted);
      current = undefined;
      return bytes;
    }
    const first = at + header.bytes;
    one.body = { first, end: first + packedBytes };
    if (method === 8 && packedBytes > 0) one.unpacking = createUnpacking(one);
    return bytes;
  }

  function createUnpacking(one: CurrentEntry): Check {
    return createInflateCheck(createInflateRaw({ chunkSize: outputBytes }), {
      empty: "is empty",
      damaged: (message) => `is damaged (${message})`,
      take: (piece) => count(one, piece),
    });
  }

  function count(one: CurrentEntry, piece: Buffer): Promise<void> | undefined {
    one.crc = crc32(piece, one.crc);
    one.bytes += piece.length;
    return take?.(piece);
  }

  async function unpack(one: CurrentEntry, packed: Buffer): Promise<void> {
    await (one.unpacking === undefined ? count(one, packed) : one.unpacking.update(packed));
  }

  async function finish(one: CurrentEntry): Promise<void> {
    const damage = (await one.unpacking?.end()) ?? differenceOf(one);
    if (damage !== undefined) wrong = `entry ${one.number} of its zip data ${damage}`;
    one.unpacking?.drop();
    current = undefined;
  }

  return {
    async update(chunk) {
      for (let at = 0; at < chunk.length && wrong === undefined; ) {
        const bytes = await pass(chunk.subarray(at));
        at += bytes;
        position += bytes;
      }
    },
    async end() {
      const missing = current ?? waiting[0];
      if (missing !== undefined) wrong ??= `entry ${missing.number} of its zip data is missing`;
      return wrong;
    },
    drop() {
      current?.unpacking?.drop();
    },
  };
}

function differenceOf({ bytes, crc, entry }: CurrentEntry): string | undefined {
  if (bytes !== entry.bytes) return `has ${bytes} bytes, not ${entry.bytes}`;
  return crc === entry.crc32 ? undefined : "has another CRC than the directory says";
}

function packingError(name: string, { method }: ZipEntry, isEncrypted: boolean): AppError {
  return new AppError({
    kind: "unexpected",
    tried: `Unpacking ${name}`,
    answered: isEncrypted ? "it is encrypted" : `compression method ${method} is not supported`,
    advice: "Leave out --unpack, and unpack it with another program.",
  });
}
