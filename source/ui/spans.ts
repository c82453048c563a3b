import { matchRanges, type WordFilter } from "../domain/filter-words.ts";
import { detailLines } from "../store/selectors/details.ts";
import type { State } from "../store/state/state.ts";
import type { TextField } from "../store/state/text-field.ts";
import { cellWidth, fitCells, graphemes, truncateEnd, wrapCells } from "../text/cells.ts";
import type { Span, Tone } from "./theme.ts";

export function spansWidth(spans: readonly Span[]): number {
  return spans.reduce((sum, { text }) => sum + cellWidth(text), 0);
}

/** The span that crosses the end is truncated. */
export function fitSpans(spans: readonly Span[], cells: number): Span[] {
  const kept: Span[] = [];
  let remaining = cells;
  for (const span of spans) {
    const width = cellWidth(span.text);
    if (width > remaining) {
      kept.push({ ...span, text: truncateEnd(span.text, remaining) });
      return kept;
    }
    kept.push(span);
    remaining -= width;
  }
  return kept;
}

/** Exactly `cells` cells. */
export function fillSpans(spans: readonly Span[], cells: number): Span[] {
  const kept = fitSpans(spans, cells);
  return [...kept, { text: " ".repeat(Math.max(0, cells - spansWidth(kept))) }];
}

/** The left side is shortened. */
export function spreadSpans(left: readonly Span[], right: readonly Span[], cells: number): Span[] {
  const end = fitSpans(right, cells);
  const room = cells - spansWidth(end);
  const begin = fitSpans(left, Math.max(0, end.length > 0 ? room - 2 : room));
  return [...begin, { text: " ".repeat(Math.max(0, room - spansWidth(begin))) }, ...end];
}

export interface FieldStyle {
  cells: number;
  focused: boolean;
  masked?: boolean;
  /** Shown while the field is empty. */
  placeholder?: string | undefined;
}

function tail(parts: readonly string[], cells: number): string {
  let used = 0;
  let from = parts.length;
  while (from > 0) {
    used += cellWidth(parts[from - 1] ?? "");
    if (used > cells) break;
    from--;
  }
  return parts.slice(from).join("");
}

function head(parts: readonly string[], cells: number): string {
  let used = 0;
  let to = 0;
  for (; to < parts.length; to++) {
    used += cellWidth(parts[to] ?? "");
    if (used > cells) break;
  }
  return parts.slice(0, to).join("");
}

function placeholderSpans(placeholder: string, cells: number, focused: boolean): Span[] {
  const text = truncateEnd(placeholder, cells - 1);
  return [
    { text: " ", tone: focused ? "caret" : "field" },
    { text, tone: "muted" },
    { text: " ".repeat(Math.max(0, cells - 1 - cellWidth(text))), tone: "field" },
  ];
}

/** Exactly `cells` cells, with the caret always visible. */
export function fieldSpans(
  field: TextField,
  { cells, focused, masked, placeholder }: FieldStyle,
): Span[] {
  if (field.text === "" && placeholder !== undefined)
    return placeholderSpans(placeholder, cells, focused);
  const show = (text: string) => (masked ? graphemes(text).map(() => "•") : graphemes(text));
  const before = show(field.text.slice(0, field.caret));
  const after = show(field.text.slice(field.caret));
  if (!focused) {
    const text = head([...before, ...after], cells);
    return [{ text: text + " ".repeat(Math.max(0, cells - cellWidth(text))), tone: "field" }];
  }
  const caret = after[0] ?? " ";
  const left = tail(before, cells - cellWidth(caret));
  const right = head(after.slice(1), cells - cellWidth(left) - cellWidth(caret));
  const used = cellWidth(left) + cellWidth(caret) + cellWidth(right);
  return [
    { text: left, tone: field.selected ? "selected" : "field" },
    { text: caret, tone: "caret" },
    { text: right + " ".repeat(Math.max(0, cells - used)), tone: "field" },
  ];
}

/** Stands for an omitted part of a shortened name. */
const omitted = /…| · /g;

type Range = [from: number, to: number];

interface Piece {
  shownAt: number;
  /** Cells of the sign behind the piece. */
  gap: number;
  from: number;
  to: number;
}

/** Locates the pieces of a shortened text in `whole`; undefined if one is missing. */
function piecesOf(shown: string, whole: string): Piece[] | undefined {
  const pieces: Piece[] = [];
  const gaps = shown.match(omitted) ?? [];
  let shownAt = 0;
  let end = 0;
  for (const [index, part] of shown.split(omitted).entries()) {
    const isLast = index === gaps.length;
    const gap = gaps[index]?.length ?? 0;
    const isAtEnd = isLast && whole.length - part.length >= end && whole.endsWith(part);
    const from = isAtEnd ? whole.length - part.length : whole.indexOf(part, end);
    if (from === -1) return undefined;
    end = from + part.length;
    pieces.push({ shownAt, gap, from, to: end });
    shownAt += part.length + gap;
  }
  return pieces;
}

/** A match in an omitted part is shown at its ellipsis. */
function shownRanges(pieces: readonly Piece[], ranges: readonly Range[]): Range[] {
  const found: Range[] = [];
  for (const [index, { shownAt, gap, from, to }] of pieces.entries()) {
    const next = pieces[index + 1];
    for (const [begin, end] of ranges) {
      const [first, last] = [Math.max(begin, from), Math.min(end, to)];
      if (first < last) found.push([shownAt + first - from, shownAt + last - from]);
    }
    const gapAt = shownAt + to - from;
    const isHidden = ([begin, end]: Range) => next && begin < next.from && end > to;
    if (next && ranges.some(isHidden)) found.push([gapAt, gapAt + gap]);
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

export interface Paragraph {
  text: string;
  tone?: Tone;
}

const indent = "   ";

export function paragraphLines(
  paragraphs: readonly Paragraph[],
  columns: number,
  lead = indent,
): Span[][] {
  return paragraphs.flatMap(({ text, tone }) =>
    wrapCells(text, columns - lead.length - 1).map((line): Span[] => [
      { text: lead },
      { text: line, tone },
    ]),
  );
}

const widestLabel = 20;

/** Lines of at most `cells` cells that begin with `lead`; each value takes at most `most` lines. */
export function detailSpans(state: State, lead: string, cells: number, most?: number): Span[][] {
  const { heading, lines } = detailLines(state, cells, most);
  const widest = Math.max(0, ...lines.map(({ label }) => cellWidth(label)));
  const labels = Math.min(widestLabel, widest);
  return [
    ...heading.map((text): Span[] => [{ text: lead, tone: "muted" }, { text }]),
    ...lines.map(({ label, value }): Span[] => [
      { text: `${lead}${fitCells(label, labels)}  `, tone: "muted" },
      { text: value },
    ]),
  ];
}
