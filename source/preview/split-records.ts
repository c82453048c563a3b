/** So much of one record is read, in bytes. */
export const longestRecordBytes = 1024 * 1024;

const lineEnd = 0x0a;
const quote = 0x22;

export interface RawRecord {
  raw: Buffer;
  isCut: boolean;
}

/** Finds where a record ends; it remembers what came before `from`. */
type FindEnd = (piece: Buffer, from: number) => number;

const findLineEnd: FindEnd = (piece, from) => piece.indexOf(lineEnd, from);

/** The end of a csv record: a line end outside of quotes. A quote opens at the beginning of a field only. */
function createFindRowEnd(delimiter: number): FindEnd {
  let isQuoted = false;
  let mayOpen = true;
  return (piece, from) => {
    for (let at = from; at < piece.length; at += 1) {
      const byte = piece[at];
      if (byte === quote && (isQuoted || mayOpen)) {
        isQuoted = !isQuoted;
        // Doubled it stands for itself.
        mayOpen = !isQuoted;
      } else if (!isQuoted) {
        mayOpen = byte === delimiter || byte === lineEnd;
        if (byte === lineEnd) return at;
      }
    }
    return -1;
  };
}

/**
 * The records of `pieces` without their line ends: lines, or with a csv's `delimiter` its rows, which may
 * have line ends in quotes. It ends with a record that is longer than `longestRecordBytes`, cut there.
 */
export async function* splitRecords(
  pieces: AsyncIterable<Buffer>,
  delimiter?: string,
): AsyncGenerator<RawRecord> {
  const findEnd = delimiter === undefined ? findLineEnd : createFindRowEnd(delimiter.charCodeAt(0));
  let begun: Buffer[] = [];
  let begunBytes = 0;
  for await (const piece of pieces) {
    let from = 0;
    while (from < piece.length) {
      const found = findEnd(piece, from);
      const end = found < 0 ? piece.length : found;
      const isTooLong = begunBytes + end - from > longestRecordBytes;
      begun.push(piece.subarray(from, end));
      begunBytes += end - from;
      from = end + 1;
      if (found < 0 && !isTooLong) continue;
      const raw = Buffer.concat(begun);
      begun = [];
      begunBytes = 0;
      if (isTooLong) {
        yield { raw: raw.subarray(0, longestRecordBytes), isCut: true };
        return;
      }
      yield { raw, isCut: false };
    }
  }
  if (begunBytes > 0) yield { raw: Buffer.concat(begun), isCut: false };
}
