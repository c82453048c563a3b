/** First and last byte; "none" past the end; undefined unless the header is one range of bytes. */
export function rangeIn(
  header: string | undefined,
  bytes: number,
): [number, number] | "none" | undefined {
  const range = header?.match(/^bytes=(\d*)-(\d*)$/);
  if (!range || (range[1] === "" && range[2] === "")) return undefined;
  const [first, last] =
    range[1] === ""
      ? [Math.max(0, bytes - Number(range[2])), bytes - 1]
      : [Number(range[1]), range[2] === "" ? bytes - 1 : Math.min(Number(range[2]), bytes - 1)];
  if (Number(range[1]) > Number(range[2] || Number.POSITIVE_INFINITY)) return undefined;
  return first >= bytes || last < first ? "none" : [first, last];
}

/** Flips all bits of the byte at offset `at`; the pieces begin at `first`. */
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

export function tagMatches(header: string, entityTag: string): boolean {
  return header === "*" || header.split(",").some((tag) => tag.trim() === entityTag);
}
