/** Bytes from `first` up to, not including, `end`. */
export interface ByteSpan {
  first: number;
  end: number;
}

/** A set of byte positions, as few spans as possible, in order. */
export interface Ranges {
  add(span: ByteSpan): void;
  bytes(): number;
  /** The end of the span that begins at 0; 0 without one. */
  prefixEnd(): number;
  /** The parts of `[0, total)` that are missing. */
  missing(total: number): ByteSpan[];
  spans(): readonly ByteSpan[];
}

export function createRanges(initial: readonly ByteSpan[] = []): Ranges {
  const spans: ByteSpan[] = [];
  let sum = 0;

  const ranges: Ranges = {
    add({ first, end }) {
      if (end <= first) return;
      const before = spans.findLastIndex((span) => span.end < first) + 1;
      let after = before;
      let merged = { first, end };
      for (let span = spans[after]; span !== undefined && span.first <= end; span = spans[after]) {
        merged = { first: Math.min(merged.first, span.first), end: Math.max(merged.end, span.end) };
        sum -= span.end - span.first;
        after += 1;
      }
      sum += merged.end - merged.first;
      spans.splice(before, after - before, merged);
    },
    bytes: () => sum,
    prefixEnd: () => (spans[0]?.first === 0 ? spans[0].end : 0),
    missing(total) {
      const gaps: ByteSpan[] = [];
      let at = 0;
      for (const { first, end } of spans) {
        if (first >= total) break;
        if (first > at) gaps.push({ first: at, end: first });
        at = end;
      }
      if (at < total) gaps.push({ first: at, end: total });
      return gaps;
    },
    spans: () => spans,
  };
  // In order each joins at the end; a journal may have very many.
  for (const span of initial.toSorted((one, other) => one.first - other.first)) ranges.add(span);
  return ranges;
}
