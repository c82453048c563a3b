// CRC-32 of gzip and zip. Joining CRCs gives the trailer of a 40 GB member from known pieces.

const polynomial = 0xedb88320;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
  return crc >>> 0;
});

/** Continues from the CRC of the bytes before. */
export function crcOf(bytes: Uint8Array, before = 0): number {
  let crc = ~before;
  for (let index = 0; index < bytes.length; index++) {
    crc = (table[(crc ^ (bytes[index] ?? 0)) & 0xff] ?? 0) ^ (crc >>> 8);
  }
  return ~crc >>> 0;
}

/** The effect of a run of zero bytes on a CRC: one table for each of its four bytes. */
export type CrcShift = readonly Uint32Array[];

function times(matrix: Uint32Array, vector: number): number {
  let sum = 0;
  for (let bit = 0, rest = vector; rest !== 0; bit++, rest >>>= 1) {
    if (rest & 1) sum ^= matrix[bit] ?? 0;
  }
  return sum >>> 0;
}

function product(left: Uint32Array, right: Uint32Array) {
  return Uint32Array.from(right, (column) => times(left, column));
}

/** The shift by `byteCount` zero bytes, for `joinCrc`. */
export function crcShift(byteCount: number): CrcShift {
  let power = Uint32Array.from({ length: 32 }, (_, bit) =>
    bit === 0 ? polynomial : 2 ** (bit - 1),
  );
  for (let doubling = 0; doubling < 3; doubling++) power = product(power, power);
  let shift = Uint32Array.from({ length: 32 }, (_, bit) => 2 ** bit);
  for (let rest = byteCount; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) shift = product(power, shift);
    power = product(power, power);
  }
  return [0, 8, 16, 24].map((bits) =>
    Uint32Array.from({ length: 256 }, (_, byte) => times(shift, (byte << bits) >>> 0)),
  );
}

/** CRC of two concatenated runs; `shift` is that of the second run's length. */
export function joinCrc(first: number, second: number, shift: CrcShift): number {
  let crc = second;
  for (let byte = 0; byte < 4; byte++) crc ^= shift[byte]?.[(first >>> (byte * 8)) & 0xff] ?? 0;
  return crc >>> 0;
}
