import { type FileHandle, open } from "node:fs/promises";

const endSignature = 0x06054b50;
const end64Signature = 0x06064b50;
const locator64Signature = 0x07064b50;
const entrySignature = 0x02014b50;
const endBytes = 22;

/** What is wrong with a zip file's central directory, as a sentence part; undefined: it is whole. */
export async function checkZipDirectory(file: string): Promise<string | undefined> {
  const handle = await open(file, "r");
  try {
    const { size } = await handle.stat();
    const directory = await findDirectory(handle, size);
    if (directory === undefined) return "the zip directory at its end is missing";
    return await walk(handle, directory);
  } finally {
    await handle.close();
  }
}

interface Directory {
  first: number;
  bytes: number;
  entries: number;
}

async function read(handle: FileHandle, first: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes);
  const { bytesRead } = await handle.read(buffer, 0, bytes, first);
  return buffer.subarray(0, bytesRead);
}

async function findDirectory(handle: FileHandle, size: number): Promise<Directory | undefined> {
  const tailBytes = Math.min(size, endBytes + 0xffff);
  const tail = await read(handle, size - tailBytes, tailBytes);
  for (let at = tail.length - endBytes; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== endSignature) continue;
    const directory = {
      entries: tail.readUInt16LE(at + 10),
      bytes: tail.readUInt32LE(at + 12),
      first: tail.readUInt32LE(at + 16),
    };
    const isLarge =
      directory.entries === 0xffff ||
      directory.bytes === 0xffffffff ||
      directory.first === 0xffffffff;
    const endAt = size - tailBytes + at;
    const found = isLarge ? await findDirectory64(handle, endAt) : directory;
    if (found !== undefined && found.first + found.bytes <= endAt) return found;
  }
  return undefined;
}

async function findDirectory64(handle: FileHandle, endAt: number): Promise<Directory | undefined> {
  if (endAt < 20) return undefined;
  const locator = await read(handle, endAt - 20, 20);
  if (locator.length < 20 || locator.readUInt32LE(0) !== locator64Signature) return undefined;
  const record = await read(handle, Number(locator.readBigUInt64LE(8)), 56);
  if (record.length < 56 || record.readUInt32LE(0) !== end64Signature) return undefined;
  return {
    entries: Number(record.readBigUInt64LE(32)),
    bytes: Number(record.readBigUInt64LE(40)),
    first: Number(record.readBigUInt64LE(48)),
  };
}

const headBytes = 46;

async function walk(handle: FileHandle, directory: Directory): Promise<string | undefined> {
  const records = await read(handle, directory.first, directory.bytes);
  let at = 0;
  for (let entry = 0; entry < directory.entries; entry += 1) {
    if (at + headBytes > records.length || records.readUInt32LE(at) !== entrySignature) {
      return `its zip directory breaks off at entry ${entry + 1} of ${directory.entries}`;
    }
    at +=
      headBytes +
      records.readUInt16LE(at + 28) +
      records.readUInt16LE(at + 30) +
      records.readUInt16LE(at + 32);
  }
  if (at > records.length) return "its zip directory breaks off";
  return undefined;
}
