/**
 * First and last byte that a Range header asks for; "none" where they lie past the end; undefined
 * where the header is absent or is not a single range of bytes.
 */
export function rangeIn(
  header: string | undefined,
  bytes: number,
): [number, number] | "none" | undefined {
  const asked = header?.match(/^bytes=(\d*)-(\d*)$/);
  if (!asked || (asked[1] === "" && asked[2] === "")) return undefined;
  const [first, last] =
    asked[1] === ""
      ? [Math.max(0, bytes - Number(asked[2])), bytes - 1]
      : [Number(asked[1]), asked[2] === "" ? bytes - 1 : Math.min(Number(asked[2]), bytes - 1)];
  if (Number(asked[1]) > Number(asked[2] || Number.POSITIVE_INFINITY)) return undefined;
  return first >= bytes || last < first ? "none" : [first, last];
}

/** The pieces, which begin at `first`, with all bits of the byte at `at` turned over. */
export function* flipByte(
  pieces: Iterable<Uint8Array>,
  first: number,
  at: number,
): Generator<Uint8Array> {
  let offset = first;
  for (const piece of pieces) {
    const place = at - offset;
    offset += piece.length;
    const byte = piece[place];
    if (byte === undefined) {
      yield piece;
      continue;
    }
    const copy = Uint8Array.from(piece);
    copy[place] = byte ^ 0xff;
    yield copy;
  }
}

/** Whether an If-Match header names the tag. */
export function tagMatches(header: string, entityTag: string): boolean {
  return header === "*" || header.split(",").some((tag) => tag.trim() === entityTag);
}
