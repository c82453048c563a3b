import { matchRanges, type WordFilter } from "../../domain/filter-words.ts";
import type { Span, Tone } from "../theme.ts";

const ellipsis = "…";

type Range = [from: number, to: number];

interface Piece {
  shownAt: number;
  from: number;
  to: number;
}

/** Locates the pieces of a shortened text in `whole`; undefined if one is missing. */
function piecesOf(shown: string, whole: string): Piece[] | undefined {
  const pieces: Piece[] = [];
  let shownAt = 0;
  let end = 0;
  const parts = shown.split(ellipsis);
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1;
    const from = isLast ? whole.length - part.length : whole.indexOf(part, end);
    if (from < end || !whole.startsWith(part, from)) return undefined;
    pieces.push({ shownAt, from, to: from + part.length });
    end = from + part.length;
    shownAt += part.length + ellipsis.length;
  }
  return pieces;
}

/** A match in an omitted part is shown at its ellipsis. */
function shownRanges(pieces: readonly Piece[], ranges: readonly Range[]): Range[] {
  const found: Range[] = [];
  for (const [index, { shownAt, from, to }] of pieces.entries()) {
    const next = pieces[index + 1];
    for (const [begin, end] of ranges) {
      const [first, last] = [Math.max(begin, from), Math.min(end, to)];
      if (first < last) found.push([shownAt + first - from, shownAt + last - from]);
    }
    const gapAt = shownAt + to - from;
    const isHidden = ([begin, end]: Range) => next && begin < next.from && end > to;
    if (next && ranges.some(isHidden)) found.push([gapAt, gapAt + ellipsis.length]);
  }
  return found;
}

/** Underlines the filter's matches; `shown` may be a shortened `whole`. */
export function matchSpans(shown: string, filter: WordFilter, tone: Tone, whole = shown): Span[] {
  const pieces = shown === whole ? undefined : piecesOf(shown, whole);
  const ranges = pieces
    ? shownRanges(pieces, matchRanges(filter, whole))
    : matchRanges(filter, shown);
  const spans: Span[] = [];
  let at = 0;
  for (const [from, to] of ranges) {
    spans.push(
      { text: shown.slice(at, from), tone },
      { text: shown.slice(from, to), tone: "match" },
    );
    at = to;
  }
  return [...spans, { text: shown.slice(at), tone }];
}
