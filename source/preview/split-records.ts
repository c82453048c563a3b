/** Most bytes read of one record. */
export const longestRecordBytes = 1024 * 1024;

const lineEnd = 0x0a;
const quote = 0x22;

export interface RawRecord {
  raw: Buffer;
  isCut: boolean;
}

/** Finds the end of a record; it keeps state from the bytes before `from`. */
type FindEnd = (piece: Buffer, from: number) => number;

const findLineEnd: FindEnd = (piece, from) => piece.indexOf(lineEnd, from);

/** Finds the line end outside quotes that ends a csv record; a quote opens only at the start of a field. */
function createFindRowEnd(delimiter: number): FindEnd {
  let isQuoted = false;
  let mayOpen = true;
  return (piece, from) => {
    for (let at = from; at < piece.length; at += 1) {
      const byte = piece[at];
      if (byte === quote && (isQuoted || mayOpen)) {
        isQuoted = !isQuoted;
        // A doubled quote is a literal quote.
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
 * Splits into lines, or with a csv `delimiter` into rows that may hold quoted line ends; both without
 * their line ends. A record over `longestRecordBytes` is cut and ends the sequence.
 */
export async function* splitRecords(
  pieces: AsyncIterable<Buffer>,
  delimiter?: string,
): AsyncGenerator<RawRecord> {
  const findEnd = delimiter === undefined ? findLineEnd : createFindRowEnd(delimiter.charCodeAt(0));
  let partial: Buffer[] = [];
  let partialBytes = 0;
  for await (const piece of pieces) {
    let from = 0;
    while (from < piece.length) {
      const found = findEnd(piece, from);
      const end = found < 0 ? piece.length : found;
      const isTooLong = partialBytes + end - from > longestRecordBytes;
      partial.push(piece.subarray(from, end));
      partialBytes += end - from;
      from = end + 1;
      if (found < 0 && !isTooLong) continue;
      const raw = Buffer.concat(partial);
      partial = [];
      partialBytes = 0;
      yield { raw: raw.subarray(0, longestRecordBytes), isCut: isTooLong };
      if (isTooLong) return;
    }
  }
  if (partialBytes > 0) yield { raw: Buffer.concat(partial), isCut: false };
}
