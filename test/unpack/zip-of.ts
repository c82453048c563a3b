import { deflateRawSync } from "node:zlib";
import { crc32 as checksum } from "../../source/files/crc32.ts";

/** An entry of a zip file as its directory is to describe it; what is left out is told as it is. */
export interface MadeEntry {
  name: string;
  text: string;
  stored?: boolean;
  encrypted?: boolean;
  /** What the directory lists in the place of the truth. */
  listed?: { bytes?: number; crc32?: number; packedBytes?: number };
}

/** A zip file of these entries, honest or not. */
export function zipOf(entries: readonly MadeEntry[]): Buffer {
  const locals: Buffer[] = [];
  const records: Buffer[] = [];
  let at = 0;
  for (const { name, text, stored = false, encrypted = false, listed = {} } of entries) {
    const bytes = Buffer.from(text);
    const packed = stored ? bytes : deflateRawSync(bytes);
    const nameBytes = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800 | (encrypted ? 1 : 0), 2);
    common.writeUInt16LE(stored ? 0 : 8, 4);
    common.writeUInt32LE(listed.crc32 ?? checksum(bytes), 10);
    common.writeUInt32LE(listed.packedBytes ?? packed.length, 14);
    common.writeUInt32LE(listed.bytes ?? bytes.length, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    const local = Buffer.concat([Buffer.from("PK\u0003\u0004"), common, nameBytes, packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    records.push(Buffer.concat([Buffer.from("PK\u0001\u0002\u0014\0"), common, rest, nameBytes]));
    locals.push(local);
    at += local.length;
  }
  const directory = Buffer.concat(records);
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006", "latin1");
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, directory, end]);
}
