export interface SandboxZipEntry {
  name: string;
  crc: number;
  compressedBytes: number;
  textBytes: number;
}

const localHeaderBytes = 30;
const centralRecordBytes = 46;
const endRecordBytes = 22;
const versionNeeded = 20;
const methodDeflate = 8;
/** 1 January 1980, the earliest date of a zip. */
const earliestDate = 0x21;

/** Bytes before and after the compressed entry. */
export function zipFrameBytes(name: string): { head: number; tail: number } {
  const nameBytes = Buffer.byteLength(name);
  return {
    head: localHeaderBytes + nameBytes,
    tail: centralRecordBytes + nameBytes + endRecordBytes,
  };
}

function writeEntry(target: Buffer, at: number, entry: SandboxZipEntry): void {
  target.writeUInt16LE(versionNeeded, at);
  target.writeUInt16LE(methodDeflate, at + 4);
  target.writeUInt16LE(earliestDate, at + 8);
  target.writeUInt32LE(entry.crc, at + 10);
  target.writeUInt32LE(entry.compressedBytes, at + 14);
  target.writeUInt32LE(entry.textBytes, at + 18);
  target.writeUInt16LE(Buffer.byteLength(entry.name), at + 22);
}

/** The local file header. */
export function zipHead(entry: SandboxZipEntry): Uint8Array {
  const head = Buffer.alloc(zipFrameBytes(entry.name).head);
  head.write("PK\x03\x04", "latin1");
  writeEntry(head, 4, entry);
  head.write(entry.name, localHeaderBytes);
  return head;
}

/** The central directory and the end record. */
export function zipTail(entry: SandboxZipEntry): Uint8Array {
  const { head, tail } = zipFrameBytes(entry.name);
  const nameBytes = Buffer.byteLength(entry.name);
  const record = Buffer.alloc(tail);
  record.write("PK\x01\x02", "latin1");
  record.writeUInt16LE(versionNeeded, 4);
  writeEntry(record, 6, entry);
  record.write(entry.name, centralRecordBytes);
  const end = centralRecordBytes + nameBytes;
  record.write("PK\x05\x06", end, "latin1");
  record.writeUInt16LE(1, end + 8);
  record.writeUInt16LE(1, end + 10);
  record.writeUInt32LE(end, end + 12);
  record.writeUInt32LE(head + entry.compressedBytes, end + 16);
  return record;
}
