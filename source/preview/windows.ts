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

/** Peeks at least `bytes` bytes, or fewer if `pieces` ends; `all` yields that head, then the rest. */
export async function peekBytes(
  pieces: AsyncGenerator<Buffer>,
  bytes: number,
): Promise<{ head: Buffer; all: AsyncGenerator<Buffer> }> {
  const seen: Buffer[] = [];
  let count = 0;
  while (count < bytes) {
    const { value, done } = await pieces.next();
    if (done) break;
    seen.push(value);
    count += value.length;
  }
  const head = Buffer.concat(seen);
  async function* all(): AsyncGenerator<Buffer> {
    if (head.length > 0) yield head;
    yield* pieces;
  }
  return { head, all: all() };
}
