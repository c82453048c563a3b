import * as zlib from "node:zlib";

/** The CRC-32 of zip and gzip; `before` is that of the bytes in front. */
export const crc32: (bytes: Buffer, before?: number) => number = zlib.crc32 ?? computeCrc32;

let table: Uint32Array | undefined;

/** For Node before 20.15, whose zlib has none. */
function computeCrc32(bytes: Buffer, before = 0): number {
  table ??= createTable();
  let crc = ~before;
  for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0);
  return ~crc >>> 0;
}

function createTable(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, index) => {
    let remainder = index;
    for (let bit = 0; bit < 8; bit += 1) {
      remainder = remainder & 1 ? 0xedb88320 ^ (remainder >>> 1) : remainder >>> 1;
    }
    return remainder;
  });
}
