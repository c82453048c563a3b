import { counted, readableBytes, readableCount } from "../../domain/readable.ts";
import {
  columnGap,
  currentPreview,
  gutterCells,
  hasMoreRight,
  isLines,
  type PlacedColumn,
  placedColumns,
  previewCursor,
  readyPreview,
  type TreeRow,
  textStepCells,
} from "../../store/selectors/preview.ts";
import type { PreviewRow, PreviewSlice, ReadyPreview } from "../../store/state/preview.ts";
import type { State } from "../../store/state/state.ts";
import { cellWidth, fitCells, graphemes, truncateMiddle } from "../../text/cells.ts";
import { type Paragraph, spreadSpans } from "../spans.ts";
import type { Span } from "../theme.ts";

const indent = "   ";
const keys = "< >";

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

/** Names the visible columns if not all fit. */
function columnTexts(preview: ReadyPreview, columns: number): string[] {
  if (isLines(preview)) {
    const from = readableCount(preview.shift * textStepCells + 1);
    return preview.shift === 0 ? [] : [`from character ${from}`, from];
  }
  if (preview.shift === 0 && !hasMoreRight(preview, columns)) return [];
  const placed = placedColumns(preview, columns);
  const all = readableCount(preview.columns.length);
  const [first, last] = [(placed[0]?.index ?? 0) + 1, (placed.at(-1)?.index ?? 0) + 1];
  if (first === last) return [`column ${first} of ${all}`, `${first}/${all}`];
  return [`columns ${first} to ${last} of ${all}`, `${first}–${last}/${all}`];
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

export function previewTitles(preview: ReadyPreview, columns: number): Span[] {
  const titles = placedColumns(preview, columns).map(({ index, width }) => {
    const column = preview.columns[index];
    return fitCells(column?.name ?? "", width, column?.isNumeric ? "right" : "left");
  });
  const text = " ".repeat(gutterCells(preview)) + titles.join(" ".repeat(columnGap));
  return [{ text, tone: "muted" }];
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

export function recordSpans(
  row: PreviewRow,
  preview: ReadyPreview,
  placed: readonly PlacedColumn[],
  columns: number,
): Span[] {
  const gutter = gutterCells(preview);
  const number = `${fitCells(String(row.number), gutter - 2, "right")}  `;
  const skipped = isLines(preview) ? preview.shift * textStepCells : 0;
  const cells = placed.map(({ index, width }) => {
    const align = preview.columns[index]?.isNumeric ? "right" : "left";
    // File names differ at their ends.
    if (index === 0 && row.entry) return fitCells(truncateMiddle(row.cells[0] ?? "", width), width);
    return fitCells(withoutCells(row.cells[index] ?? "", skipped), width, align);
  });
  const text = cells.join(" ".repeat(columnGap));
  return [{ text: number, tone: "muted" }, { text: fitCells(text, Math.max(1, columns - gutter)) }];
}

export function treeSpans({ label, value }: TreeRow, labels: number): Span[] {
  return [{ text: `   ${fitCells(label, labels)}  `, tone: "muted" }, { text: value }];
}

export function previewMessage(preview: PreviewSlice): Paragraph[] | undefined {
  if (preview.phase === "opening") return [];
  const blank: Paragraph = { text: "" };
  if (preview.phase === "failed") {
    const what: Paragraph = { text: "The file could not be previewed.", tone: "bad" };
    const help: Paragraph = { text: "r tries again. Esc goes back.", tone: "muted" };
    return [blank, what, blank, { text: preview.error.message }, blank, help];
  }
  const { format, isReading, rows } = preview;
  if (rows.length > 0) return undefined;
  if (isReading) return [];
  const texts = {
    csv: "This file has a header and no records below it.",
    zip: "There is nothing in this zip.",
  };
  const text = format === "csv" || format === "zip" ? texts[format] : "This file is empty.";
  return [blank, { text }, { text: "Esc goes back.", tone: "muted" }];
}

export function waitingInPreview(state: State): string | undefined {
  const preview = currentPreview(state);
  if (preview?.phase === "ready") return preview.isReading ? "Reading on" : undefined;
  if (preview?.phase !== "opening") return undefined;
  return preview.file ? "Reading the beginning of the file" : "Looking for the first file";
}

export function standingInPreview(state: State): Span[] {
  const preview = readyPreview(state);
  if (!preview) return [];
  if (preview.error) {
    return [{ text: `! r reads it again. ${preview.error.message}`, tone: "bad" }];
  }
  const ending = preview.format === "binary" ? "Binary data has no records to show." : "";
  return [{ text: preview.ending ?? ending, tone: "warning" }];
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
