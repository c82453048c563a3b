import stringWidth from "string-width";

// Created on first use, because it takes longer than drawing the first screen.
let segmenter: Intl.Segmenter | undefined;
/** Characters that take one cell and never combine: ASCII, Latin, Greek, Cyrillic, dashes, arrows, lines. */
const plain =
  /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0377\u037a-\u037f\u0384-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u2190-\u21ff\u2500-\u259f]*$/;
const ellipsis = "…";
/** A longer cluster of code units is cut, so that it cannot exceed its cell. */
const longestGrapheme = 32;

/** True if each code unit of `text` takes exactly one cell on every terminal. */
export function isPlain(text: string): boolean {
  return plain.test(text);
}

export function graphemes(text: string): string[] {
  if (plain.test(text)) return text.split("");
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return Array.from(segmenter.segment(text), ({ segment }) =>
    segment.length > longestGrapheme ? segment.slice(0, longestGrapheme) : segment,
  );
}

export function cellWidth(text: string): number {
  return plain.test(text) ? text.length : stringWidth(text);
}

function takeCells(parts: Iterable<string>, cells: number): string[] {
  const taken: string[] = [];
  let used = 0;
  for (const part of parts) {
    used += cellWidth(part);
    if (used > cells) break;
    taken.push(part);
  }
  return taken;
}

/** Does not measure text beyond what fits. */
function headCells(text: string, cells: number): string {
  if (plain.test(text)) return text.slice(0, cells);
  return takeCells(graphemes(text.slice(0, (cells + 1) * longestGrapheme)), cells).join("");
}

function tailCells(text: string, cells: number): string {
  if (plain.test(text)) return cells === 0 ? "" : text.slice(-cells);
  const end = graphemes(text.slice(-(cells + 1) * longestGrapheme));
  return takeCells(end.reverse(), cells).reverse().join("");
}

function fits(text: string, cells: number): boolean {
  return text.length <= (cells + 1) * longestGrapheme && cellWidth(text) <= cells;
}

/** `text` in at most `cells` cells, cut at its end. */
export function truncateEnd(text: string, cells: number): string {
  if (fits(text, cells)) return text;
  return cells <= 0 ? "" : `${headCells(text, cells - 1)}${ellipsis}`;
}

/**
 * `text` in at most `cells` cells, cut in the middle because names differ at their ends, of which it keeps
 * three fifths.
 */
export function truncateMiddle(text: string, cells: number): string {
  if (fits(text, cells)) return text;
  if (cells < 4) return truncateEnd(text, cells);
  const room = cells - 1;
  const head = headCells(text, Math.floor(room * 0.4));
  return `${head}${ellipsis}${tailCells(text, room - cellWidth(head))}`;
}

/** `text` in exactly `cells` cells, padded or cut at its end. */
export function fitCells(text: string, cells: number, align: "left" | "right" = "left"): string {
  const short = truncateEnd(text, cells);
  const padding = " ".repeat(Math.max(0, cells - cellWidth(short)));
  return align === "left" ? short + padding : padding + short;
}

/** Up to the last punctuation if it is in the last third, so that words in a name stay whole. */
function upToPunctuation(piece: string): string {
  const end = Math.max(...["-", "_", "/", "."].map((mark) => piece.lastIndexOf(mark))) + 1;
  return end * 3 > piece.length * 2 ? piece.slice(0, end) : piece;
}

function splitLongWord(word: string, cells: number): string[] {
  const pieces: string[] = [];
  let rest = word;
  while (rest !== "") {
    const most = headCells(rest, cells) || (graphemes(rest)[0] ?? rest);
    const piece = most.length < rest.length ? upToPunctuation(most) : most;
    pieces.push(piece);
    rest = rest.slice(piece.length);
  }
  return pieces;
}

/** Wraps `text` at `cells` cells between words, and within a word that is longer. */
export function wrapCells(text: string, cells: number): string[] {
  if (cells <= 0) return [];
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const joined = line === "" ? word : `${line} ${word}`;
    if (cellWidth(joined) <= cells) {
      line = joined;
      continue;
    }
    if (line !== "") lines.push(line);
    const pieces = splitLongWord(word, cells);
    line = pieces.pop() ?? "";
    lines.push(...pieces);
  }
  lines.push(line);
  return lines;
}

/** Wraps `text` at `cells` cells; longer words such as paths and addresses stay whole for copying. */
export function wrapWords(text: string, cells: number): string[] {
  const [first = "", ...words] = text.split(" ");
  const lines: string[] = [];
  let line = first;
  for (const word of words) {
    const joined = `${line} ${word}`;
    if (cellWidth(joined) <= cells) {
      line = joined;
      continue;
    }
    lines.push(line);
    line = word;
  }
  return [...lines, line];
}
