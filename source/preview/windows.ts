import type { RangeReader } from "./range-reader.ts";

/** What is fetched of any file at first, in bytes. */
export const firstWindowBytes = 64 * 1024;
const largestWindowBytes = 1024 * 1024;

/** The bytes from `first` up to `end`, in windows that double in size; each is fetched when it is asked for. */
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

/** The first bytes of `pieces`, at least `bytes` where there are so many; and all of them, these in one. */
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
