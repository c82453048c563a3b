import type { RangeReader } from "./range-reader.ts";

/** Bytes of the first window of a file. */
export const firstWindowBytes = 64 * 1024;
const largestWindowBytes = 1024 * 1024;

/** Yields the bytes from `first` to `end` in windows that double in size, each fetched on demand. */
export async function* windows(
  reader: RangeReader,
  first = 0,
  end = Number.POSITIVE_INFINITY,
): AsyncGenerator<Buffer> {
  let at = first;
  for (let bytes = firstWindowBytes; at < end; bytes = Math.min(bytes * 2, largestWindowBytes)) {
    const window = await reader.read(at, Math.min(bytes, end - at));
    if (window.length === 0) return;
    yield window;
    at += window.length;
    if (at >= (reader.objectBytes() ?? Number.POSITIVE_INFINITY)) return;
  }
}
