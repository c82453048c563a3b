import { deflateRawSync } from "node:zlib";
import { onTestFinished } from "vitest";
import { openPreview } from "../../source/preview/open-preview.ts";
import type { Preview, PreviewFile } from "../../source/preview/preview.ts";
import { type ObjectServer, startObjectServer } from "../support/fakes/object-server.ts";

export interface PreviewFixture {
  server: ObjectServer;
  /** Opens the preview of an object that is put there under its name. */
  open(name: string, body: Buffer, more?: Partial<PreviewFile>): Promise<Preview>;
  reopen(name: string, more?: Partial<PreviewFile>): Promise<Preview>;
  /** Ends what is under way. */
  abort(): void;
}

/** An object server, and previews of what is put there; all is closed with the test. */
export async function createPreviewFixture(stallTimeoutMs = 60_000): Promise<PreviewFixture> {
  const server = await startObjectServer();
  const controller = new AbortController();
  onTestFinished(async () => {
    controller.abort();
    await server.close();
  });
  const reopen = (name: string, more: Partial<PreviewFile> = {}) =>
    openPreview(
      { fileId: name, name, ...more },
      { source: server.source, stallTimeoutMs, retryDelayMs: 1 },
      controller.signal,
    );
  return {
    server,
    reopen,
    open(name, body, more) {
      server.put(name, body);
      return reopen(name, more);
    },
    abort: () => controller.abort(),
  };
}

/** The next records as text. */
export async function texts(preview: Preview, count = 1000): Promise<string[]> {
  return (await preview.next(count)).map(({ raw }) => raw.toString());
}

/** `count` JSON lines that do not compress well. */
export function jsonLines(count: number): string {
  let seed = 1;
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed.toString(36);
  };
  return Array.from(
    { length: count },
    (_, index) => `{"id":${index + 1},"key":"${random()}${random()}${random()}"}\n`,
  ).join("");
}

export interface ZipMember {
  name: string;
  content: Buffer;
  isStored?: boolean;
}

/** A zip file; with `large` its numbers stand in the 64-bit records. */
export function zipOf(members: readonly ZipMember[], large = false): Buffer {
  const parts: Buffer[] = [];
  const records: Buffer[] = [];
  let at = 0;
  for (const { name, content, isStored = false } of members) {
    const packed = isStored ? content : deflateRawSync(content);
    const head = Buffer.alloc(30);
    head.write("PK\x03\x04", "latin1");
    head.writeUInt16LE(isStored ? 0 : 8, 8);
    head.writeUInt16LE(Buffer.byteLength(name), 26);
    parts.push(head, Buffer.from(name), packed);
    records.push(directoryRecord(name, isStored ? 0 : 8, content.length, packed.length, at, large));
    at += head.length + Buffer.byteLength(name) + packed.length;
  }
  const directory = Buffer.concat(records);
  return Buffer.concat([
    ...parts,
    directory,
    ...zipEnd(members.length, directory.length, at, large),
  ]);
}

function directoryRecord(
  name: string,
  method: number,
  bytes: number,
  packedBytes: number,
  at: number,
  large: boolean,
): Buffer {
  const record = Buffer.alloc(46);
  const extra = Buffer.alloc(large ? 28 : 0);
  if (large) {
    extra.writeUInt16LE(1, 0);
    extra.writeUInt16LE(24, 2);
    [bytes, packedBytes, at].forEach((value, index) => {
      extra.writeBigUInt64LE(BigInt(value), 4 + index * 8);
    });
  }
  record.write("PK\x01\x02", "latin1");
  record.writeUInt16LE(0x800, 8);
  record.writeUInt16LE(method, 10);
  record.writeUInt32LE(large ? 0xffffffff : packedBytes, 20);
  record.writeUInt32LE(large ? 0xffffffff : bytes, 24);
  record.writeUInt16LE(Buffer.byteLength(name), 28);
  record.writeUInt16LE(extra.length, 30);
  record.writeUInt32LE(large ? 0xffffffff : at, 42);
  return Buffer.concat([record, Buffer.from(name), extra]);
}

function zipEnd(count: number, directoryBytes: number, at: number, large: boolean): Buffer[] {
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(large ? 0xffff : count, 8);
  end.writeUInt16LE(large ? 0xffff : count, 10);
  end.writeUInt32LE(large ? 0xffffffff : directoryBytes, 12);
  end.writeUInt32LE(large ? 0xffffffff : at, 16);
  if (!large) return [end];
  const end64 = Buffer.alloc(56);
  end64.write("PK\x06\x06", "latin1");
  end64.writeBigUInt64LE(BigInt(count), 32);
  end64.writeBigUInt64LE(BigInt(directoryBytes), 40);
  end64.writeBigUInt64LE(BigInt(at), 48);
  const locator = Buffer.alloc(20);
  locator.write("PK\x06\x07", "latin1");
  locator.writeBigUInt64LE(BigInt(at + directoryBytes), 8);
  return [end64, locator, end];
}
