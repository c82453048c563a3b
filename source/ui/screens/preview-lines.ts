import type { WordFilter } from "../../domain/filter-words.ts";
import { counted, readableBytes, readableCount } from "../../domain/readable.ts";
import {
  columnGap,
  frozenEdge,
  gutterCells,
  isFrozen,
  isLines,
  type PlacedColumn,
  placedColumns,
  previewCursor,
  readyPreview,
  textStepCells,
} from "../../store/selectors/preview.ts";
import { indentCells, type TreeRow } from "../../store/selectors/preview-tree.ts";
import type { PreviewRow, PreviewSlice, ReadyPreview } from "../../store/state/preview.ts";
import type { State } from "../../store/state/state.ts";
import { cellWidth, fitCells, graphemes, truncateEnd, truncateMiddle } from "../../text/cells.ts";
import { matchSpans, type Paragraph, spreadSpans } from "../spans.ts";
import type { Span, Tone } from "../theme.ts";

const indent = "   ";
const keys = "← →";

const formats = {
  jsonl: "JSON lines",
  csv: "CSV",
  text: "text",
  zip: "zip",
  binary: "binary data",
  empty: "empty",
} as const;

/** The summary in decreasing lengths. */
function readTexts(preview: ReadyPreview): string[] {
  const { bytesFetched, file, format, isOver, objectBytes, rows } = preview;
  const size = readableBytes(objectBytes ?? file.fileSizeInBytes);
  const isWhole = isOver && preview.ending === undefined && preview.error === undefined;
  const records = `${isWhole ? "all" : "first"} ${counted(rows.length, "record")}, `;
  const counts = { zip: `${counted(rows.length, "entry", "entries")}, `, binary: "", empty: "" };
  const count =
    format === "zip" || format === "binary" || format === "empty" ? counts[format] : records;
  const read = `${count}${readableBytes(bytesFetched)} read`;
  return [`${formats[format]} · ${size} · ${read}`, `${size} · ${read}`, read];
}

export function readText(state: State): string {
  const preview = readyPreview(state);
  return preview ? (readTexts(preview)[0] ?? "") : "";
}

/** The longest summary that fits. */
export function summaryText(preview: ReadyPreview, cells: number): string {
  return readTexts(preview).find((text) => cellWidth(text) <= cells) ?? "";
}

/** Names the visible columns if some are scrolled out of view. */
function columnTexts(preview: ReadyPreview, columns: number): string[] {
  if (isLines(preview)) {
    const from = readableCount(preview.shift * textStepCells + 1);
    return preview.shift === 0 ? [] : [`from character ${from}`, from];
  }
  const placed = placedColumns(preview, columns);
  const count = preview.columns.length;
  const all = readableCount(count);
  if (placed.length === count) return [];
  const frozen = isFrozen(preview) ? placed.slice(0, 1) : [];
  const scrolled = placed.slice(frozen.length);
  const [first, last] = [(scrolled[0]?.index ?? 0) + 1, (scrolled.at(-1)?.index ?? 0) + 1];
  const [long, short] =
    first === last ? [`${first}`, `${first}`] : [`${first} to ${last}`, `${first}–${last}`];
  if (frozen.length > 0) return [`columns 1 and ${long} of ${all}`, `1, ${short}/${all}`];
  const word = first === last ? "column" : "columns";
  return [`${word} ${long} of ${all}`, `${short}/${all}`];
}

/** "CSV · 3.1 GB · first 200 records, 66 kB read" */
export function readSpans(preview: PreviewSlice, columns: number): Span[] {
  if (preview.phase !== "ready") return [];
  const lefts = readTexts(preview);
  const rights = columnTexts(preview, columns);
  const widest = rights.length === 0 ? [""] : rights;
  const pairs = lefts.flatMap((left) => widest.map((right) => [left, right] as const));
  const fits = ([left, right]: readonly [string, string]) =>
    cellWidth(left) + cellWidth(right) + indent.length + keys.length + 5 <= columns;
  const [left, right] = pairs.find(fits) ?? [lefts.at(-1) ?? "", ""];
  const end: Span[] = right === "" ? [] : [{ text: `${right}  `, tone: "muted" }];
  if (right !== "" && !isLines(preview)) end.push({ text: keys, tone: "strong" });
  return spreadSpans(
    [{ text: `${indent}${left}`, tone: "muted" }],
    [...end, { text: " " }],
    columns,
  );
}

/** Joins the cells of a row, and separates a frozen column by a line. */
function joined(cells: readonly Span[][], preview: ReadyPreview): Span[] {
  const gap: Span = { text: " ".repeat(columnGap) };
  const edge: Span = isFrozen(preview) ? { text: frozenEdge, tone: "muted" } : gap;
  return cells.flatMap((spans, index) => {
    if (index === 0) return spans;
    return [index === 1 ? edge : gap, ...spans];
  });
}

export function previewTitles(preview: ReadyPreview, columns: number): Span[] {
  const titles = placedColumns(preview, columns).map(({ index, width }): Span[] => {
    const column = preview.columns[index];
    const align = column?.isNumeric ? "right" : "left";
    const name = truncateMiddle(column?.name ?? "", width);
    return [{ text: fitCells(name, width, align), tone: "muted" }];
  });
  return [{ text: " ".repeat(gutterCells(preview)) }, ...joined(titles, preview)];
}

function withoutCells(text: string, cells: number): string {
  if (cells === 0) return text;
  let left = cells;
  return graphemes(text)
    .filter((grapheme) => {
      if (left <= 0) return true;
      left -= cellWidth(grapheme);
      return false;
    })
    .join("");
}

/** In exactly `cells` cells, with the matches underlined. */
function foundSpans(
  text: string,
  cells: number,
  { align = "left", phrase, shorten = truncateEnd, tone = "plain" }: CellLook,
): Span[] {
  const shown = shorten(text, cells);
  const padding = { text: " ".repeat(Math.max(0, cells - cellWidth(shown))) };
  const spans = matchSpans(shown, phrase, tone, text);
  return align === "right" ? [padding, ...spans] : [...spans, padding];
}

interface CellLook {
  align?: "left" | "right";
  phrase: WordFilter;
  shorten?: (text: string, cells: number) => string;
  tone?: Tone;
}

export interface RecordLook {
  placed: readonly PlacedColumn[];
  phrase: WordFilter;
}

export function recordSpans(
  row: PreviewRow,
  preview: ReadyPreview,
  { phrase, placed }: RecordLook,
  columns: number,
): Span[] {
  const gutter = gutterCells(preview);
  const number = `${fitCells(String(row.number), gutter - 2, "right")}  `;
  const skipped = isLines(preview) ? preview.shift * textStepCells : 0;
  const cells = placed.map(({ index, width }): Span[] => {
    const align = preview.columns[index]?.isNumeric ? "right" : "left";
    const cell = withoutCells(row.cells[index] ?? "", skipped);
    // File names differ at their ends.
    const shorten = index === 0 && row.entry ? truncateMiddle : truncateEnd;
    return foundSpans(cell, width, { align, phrase, shorten });
  });
  return spreadSpans([{ text: number, tone: "muted" }, ...joined(cells, preview)], [], columns);
}

export function treeSpans(
  { label, line, mark, value }: TreeRow,
  labelCells: number,
  phrase: WordFilter,
): Span[] {
  const lead = ` ${" ".repeat(line.depth * indentCells)}${mark} `;
  const cells = Math.max(1, labelCells - line.depth * indentCells);
  return [
    { text: lead, tone: "muted" },
    ...foundSpans(label, cells, { phrase, shorten: truncateMiddle, tone: "muted" }),
    { text: "  " },
    ...matchSpans(value, phrase, mark === "+" ? "muted" : "plain"),
  ];
}

export function previewMessage(preview: PreviewSlice): Paragraph[] | undefined {
  if (preview.phase === "opening") return [];
  const blank: Paragraph = { text: "" };
  if (preview.phase === "failed") {
    const what: Paragraph = { text: "The file could not be previewed.", tone: "bad" };
    const help: Paragraph = { text: "r retries. Esc goes back.", tone: "muted" };
    return [blank, what, blank, { text: preview.error.message }, blank, help];
  }
  if (preview.rows.length > 0) return undefined;
  if (preview.isReading) return [];
  return [blank, { text: emptyText(preview) }, { text: "Esc goes back.", tone: "muted" }];
}

function emptyText({ format }: ReadyPreview): string {
  if (format === "csv") return "This file has a header but no records.";
  return format === "zip" ? "This zip has no entries." : "This file is empty.";
}

/** What the pane beside the rows says in place of records. */
export function messageBeside(preview: PreviewSlice): Paragraph[] | undefined {
  if (preview.phase === "opening") return [];
  if (preview.phase === "ready")
    return preview.rows.length > 0 ? undefined : [{ text: emptyText(preview) }];
  return [
    { text: "The file could not be previewed.", tone: "bad" },
    { text: preview.error.message },
  ];
}

export function waitingInPreview(preview: PreviewSlice | undefined): string | undefined {
  if (preview?.phase === "ready") return preview.isReading ? "Reading more records" : undefined;
  if (preview?.phase !== "opening") return undefined;
  return preview.file ? "Reading the beginning of the file" : "Looking for the first file";
}

export function standingInPreview(state: State): Span[] {
  const preview = readyPreview(state);
  if (!preview) return [];
  const binary = preview.format === "binary" ? "Binary data has no records to show." : undefined;
  const text = preview.ending ?? binary;
  return text === undefined ? [] : [{ text, tone: "warning" }];
}

/** "3/200 records so far" */
export function recordPosition(state: State): string {
  const preview = readyPreview(state);
  if (!preview || preview.rows.length === 0 || preview.format === "binary") return "";
  const isOne = preview.rows.length === 1;
  const records = `${isOne ? "record" : "records"}${preview.isOver ? "" : " so far"}`;
  const words = preview.format !== "zip" ? records : isOne ? "entry" : "entries";
  const row = readableCount(previewCursor(state, preview).index + 1);
  return `${row}/${readableCount(preview.rows.length)} ${words}`;
}
