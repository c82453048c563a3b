import { open } from "node:fs/promises";

const endSignature = 0x06054b50;
const end64Signature = 0x06064b50;
const localSignature = 0x04034b50;
const locator64Signature = 0x07064b50;
const entrySignature = 0x02014b50;
const endBytes = 22;
const headBytes = 46;
const localBytes = 30;
const locatorBytes = 20;
const unknown32 = 0xffffffff;
const unicodeFlag = 0x800;

export interface ZipEntry {
  name: string;
  /** Position of its local header. */
  at: number;
  /** 0: stored as it is, 8: deflated. */
  method: number;
  crc32: number;
  packedBytes: number;
  bytes: number;
}

/** Bytes of a zip file from `first` on, `bytes` of them; fewer at its end. */
export type ReadAt = (first: number, bytes: number) => Promise<Buffer>;

/** The entries in a zip file's central directory, or a sentence part that describes its damage. */
export async function readZipDirectory(file: string): Promise<ZipEntry[] | string> {
  const handle = await open(file, "r");
  try {
    const { size } = await handle.stat();
    const listing = await listZip(async (first, bytes) => {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, first);
      return buffer.subarray(0, bytesRead);
    }, size);
    return typeof listing === "string" ? listing : listing.entries;
  } finally {
    await handle.close();
  }
}

export interface ZipListing {
  entries: ZipEntry[];
  count: number;
}

/**
 * The same for any zip of `zipBytes` bytes that can be read piece by piece. Of a directory that is longer than
 * `mostBytes` only the entries within these are listed.
 */
export async function listZip(
  read: ReadAt,
  zipBytes: number,
  mostBytes = Number.POSITIVE_INFINITY,
): Promise<ZipListing | string> {
  const directory = await findDirectory(read, zipBytes);
  if (directory === undefined) return "the zip directory at its end is missing";
  const isWhole = directory.bytes <= mostBytes;
  const records = await read(directory.first, isWhole ? directory.bytes : mostBytes);
  return readEntries(records, directory, isWhole);
}

interface Directory {
  first: number;
  bytes: number;
  entries: number;
}

async function findDirectory(read: ReadAt, zipBytes: number): Promise<Directory | undefined> {
  const tailBytes = Math.min(zipBytes, endBytes + 0xffff);
  const tail = await read(zipBytes - tailBytes, tailBytes);
  for (let at = tail.length - endBytes; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== endSignature) continue;
    const directory = {
      entries: tail.readUInt16LE(at + 10),
      bytes: tail.readUInt32LE(at + 12),
      first: tail.readUInt32LE(at + 16),
    };
    const isLarge =
      directory.entries === 0xffff ||
      directory.bytes === unknown32 ||
      directory.first === unknown32;
    const endAt = zipBytes - tailBytes + at;
    const locator = isLarge ? await findLocator64(read, endAt) : undefined;
    // Numbers that look unknown may be true.
    const found = locator === undefined ? directory : await readDirectory64(read, locator, endAt);
    if (found !== undefined && found.first + found.bytes <= endAt) return found;
  }
  return undefined;
}

async function findLocator64(read: ReadAt, endAt: number): Promise<Buffer | undefined> {
  if (endAt < locatorBytes) return undefined;
  const locator = await read(endAt - locatorBytes, locatorBytes);
  const isThere = locator.length === locatorBytes && locator.readUInt32LE(0) === locator64Signature;
  return isThere ? locator : undefined;
}

async function readDirectory64(
  read: ReadAt,
  locator: Buffer,
  endAt: number,
): Promise<Directory | undefined> {
  const at = Number(locator.readBigUInt64LE(8));
  if (at + 56 > endAt) return undefined;
  const record = await read(at, 56);
  if (record.length < 56 || record.readUInt32LE(0) !== end64Signature) return undefined;
  return {
    entries: Number(record.readBigUInt64LE(32)),
    bytes: Number(record.readBigUInt64LE(40)),
    first: Number(record.readBigUInt64LE(48)),
  };
}

function readEntries(
  records: Buffer,
  { entries: count, first }: Directory,
  isWhole: boolean,
): ZipListing | string {
  const entries: ZipEntry[] = [];
  let at = 0;
  while (entries.length < count) {
    const headEnd = at + headBytes;
    if (!isWhole && headEnd > records.length) break;
    if (headEnd > records.length || records.readUInt32LE(at) !== entrySignature) {
      return `its zip directory ends early at entry ${entries.length + 1} of ${count}`;
    }
    const extraAt = headEnd + records.readUInt16LE(at + 28);
    const commentAt = extraAt + records.readUInt16LE(at + 30);
    const end = commentAt + records.readUInt16LE(at + 32);
    if (!isWhole && end > records.length) break;
    const name = records.subarray(headEnd, extraAt);
    const extra = records.subarray(extraAt, commentAt);
    const entry = toEntry(records.subarray(at, headEnd), name, extra);
    if (!isPossible(entry, first)) return "its zip directory lists an entry outside the archive";
    entries.push(entry);
    at = end;
  }
  return at > records.length ? "its zip directory ends early" : { entries, count };
}

/** A 64-bit number may be larger than any file and than any position that JavaScript can represent. */
function isPossible({ at, packedBytes, bytes }: ZipEntry, directoryAt: number): boolean {
  return at <= directoryAt && [packedBytes, bytes].every(Number.isSafeInteger);
}

function toEntry(record: Buffer, name: Buffer, extra: Buffer): ZipEntry {
  const isUnicode = (record.readUInt16LE(8) & unicodeFlag) !== 0;
  const entry = {
    name: name.toString(isUnicode ? "utf8" : "latin1"),
    method: record.readUInt16LE(10),
    crc32: record.readUInt32LE(16),
    packedBytes: record.readUInt32LE(20),
    bytes: record.readUInt32LE(24),
    at: record.readUInt32LE(42),
  };
  const large = largeNumbers(extra);
  if (entry.bytes === unknown32) entry.bytes = large.shift() ?? entry.bytes;
  if (entry.packedBytes === unknown32) entry.packedBytes = large.shift() ?? entry.packedBytes;
  if (entry.at === unknown32) entry.at = large.shift() ?? entry.at;
  return entry;
}

export interface LocalHeader {
  /** Length, with name and extra field. */
  bytes: number;
  isEncrypted: boolean;
}

/** Reads the local header at the start of `head`; undefined without one. */
export function readLocalHeader(head: Buffer): LocalHeader | undefined {
  if (head.length < localBytes || head.readUInt32LE(0) !== localSignature) return undefined;
  return {
    bytes: localBytes + head.readUInt16LE(26) + head.readUInt16LE(28),
    isEncrypted: (head.readUInt16LE(6) & 1) !== 0,
  };
}

/** The position of the body of the entry whose local header is at `at`; undefined without such a header. */
export async function bodyOfEntry(
  file: string,
  at: number,
): Promise<number | "encrypted" | undefined> {
  const handle = await open(file, "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(localBytes), 0, localBytes, at);
    const header = readLocalHeader(buffer.subarray(0, bytesRead));
    if (header === undefined) return undefined;
    return header.isEncrypted ? "encrypted" : at + header.bytes;
  } finally {
    await handle.close();
  }
}

/** The 64-bit numbers of the extra field 1, in their order; empty without that field. */
function largeNumbers(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length; ) {
    const bytes = extra.readUInt16LE(at + 2);
    const field = extra.subarray(at + 4, at + 4 + bytes);
    if (extra.readUInt16LE(at) === 1) {
      const count = Math.floor(field.length / 8);
      return Array.from({ length: count }, (_, index) => Number(field.readBigUInt64LE(index * 8)));
    }
    at += 4 + bytes;
  }
  return [];
}
