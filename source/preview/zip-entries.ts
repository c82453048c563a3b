import { AppError } from "../base/errors.ts";
import {
  listZip,
  type ReadAt,
  readLocalHeader,
  type ZipEntry,
  type ZipListing,
} from "../files/zip-directory.ts";
import { inflate } from "./inflate.ts";
import type { RangeReader } from "./range-reader.ts";
import { firstWindowBytes, windows } from "./windows.ts";

/** Most bytes read of the directory, enough for over ten thousand entries. */
const mostDirectoryBytes = 1024 * 1024;

/** Caches reads, because a directory is close to the records that locate it. */
function cachedReads(reader: RangeReader, head: Buffer): ReadAt {
  const cache = [{ first: 0, bytes: head }];
  return async (first, bytes) => {
    const found = cache.find(
      (piece) => first >= piece.first && first + bytes <= piece.first + piece.bytes.length,
    );
    if (found !== undefined) {
      return found.bytes.subarray(first - found.first, first - found.first + bytes);
    }
    const read = await reader.read(first, bytes);
    cache.push({ first, bytes: read });
    return read;
  };
}

/** Lists the directory at the end of a zip file. Rejects with an AppError. */
export async function readZipListing(
  reader: RangeReader,
  head: Buffer,
  name: string,
): Promise<ZipListing> {
  const size = reader.objectBytes();
  const cannotSeek = reader.ignoresRanges() && head.length < (size ?? Number.POSITIVE_INFINITY);
  if (size === undefined || cannotSeek) {
    throw new AppError({
      kind: "service",
      tried: `Listing the entries of ${name}`,
      answered:
        "the list of its entries is at its end, and the server sends files only from the start",
      advice: "Download the file to list its entries.",
    });
  }
  const listing = await listZip(cachedReads(reader, head), size, mostDirectoryBytes);
  if (typeof listing !== "string") return listing;
  throw damagedError(`Listing the entries of ${name}`, listing);
}

/** Yields the unpacked bytes of a zip entry on demand. Rejects with an AppError. */
export async function* entryBytes(
  reader: RangeReader,
  entry: ZipEntry,
  name: string,
): AsyncGenerator<Buffer> {
  const tried = `Reading ${entry.name} in ${name}`;
  const head = await reader.read(entry.at, firstWindowBytes);
  const header = readLocalHeader(head);
  if (header === undefined) {
    throw damagedError(tried, "it does not start where the zip directory says");
  }
  const { isEncrypted } = header;
  if (isEncrypted || (entry.method !== 0 && entry.method !== 8)) {
    throw new AppError({
      kind: "unexpected",
      tried,
      answered: isEncrypted
        ? "it is encrypted"
        : `compression method ${entry.method} is not supported`,
      advice: "Download the file and unpack it with another program.",
    });
  }
  const packed = packedBytes(reader, entry, head, header.bytes);
  if (entry.method === 0) yield* packed;
  else yield* inflate(packed, "deflate", `${entry.name} in ${name}`);
}

/** Yields the bytes read with the local header, then the rest. */
async function* packedBytes(
  reader: RangeReader,
  { at, packedBytes: bytes }: ZipEntry,
  head: Buffer,
  first: number,
): AsyncGenerator<Buffer> {
  yield head.subarray(first, first + bytes);
  yield* windows(reader, at + Math.max(first, head.length), at + first + bytes);
}

function damagedError(tried: string, answered: string): AppError {
  return new AppError({
    kind: "integrity",
    tried,
    answered,
    advice: "Download the file to verify it, or report it to its publisher.",
  });
}
