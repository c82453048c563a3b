/** Bytes of all chunks together. */
export function bytesOf(chunks: readonly Buffer[]): number {
  return chunks.reduce((sum, { length }) => sum + length, 0);
}

/** The first `bytes` bytes, or all where there are fewer; nothing is copied. */
export function firstOf(chunks: readonly Buffer[], bytes: number): Buffer[] {
  const first: Buffer[] = [];
  let left = bytes;
  for (const chunk of chunks) {
    if (left <= 0) break;
    const part = chunk.length > left ? chunk.subarray(0, left) : chunk;
    first.push(part);
    left -= part.length;
  }
  return first;
}

/** What comes after the first `bytes` bytes; nothing is copied. */
export function withoutFirst(chunks: readonly Buffer[], bytes: number): Buffer[] {
  let left = bytes;
  for (const [index, chunk] of chunks.entries()) {
    if (left < chunk.length) return [chunk.subarray(left), ...chunks.slice(index + 1)];
    left -= chunk.length;
  }
  return [];
}
