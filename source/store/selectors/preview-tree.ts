import { splitFields } from "../../domain/delimited.ts";
import {
  contentText,
  oneLine,
  parseExactJson,
  type TreeLine,
  treeLines,
} from "../../domain/json-tree.ts";
import { cellWidth, truncateEnd, wrapCells } from "../../text/cells.ts";
import { type Cursor, cursorOf, type Rows } from "../state/list-view.ts";
import type { PreviewRow, ReadyPreview } from "../state/preview.ts";
import type { State } from "../state/state.ts";
import { bodyHeight } from "./layout.ts";
import { currentRecord, readyPreview } from "./preview.ts";

/** The body without the line that names the record. */
export function treeHeight(state: State): number {
  return Math.max(1, bodyHeight(state) - 1);
}

const linesByRow = new WeakMap<PreviewRow, TreeLine[]>();

function linesOf(row: PreviewRow, { columns, delimiter, format }: ReadyPreview): TreeLine[] {
  const whole = { depth: 0, label: "", value: oneLine(row.text), path: "", content: row.text };
  if (row.isCut) return [whole];
  if (format === "jsonl") {
    const value = parseExactJson(row.text);
    return value === undefined ? [whole] : treeLines(value);
  }
  if (format !== "csv") return [whole];
  return splitFields(row.text, delimiter ?? ",").map((content, index) => {
    const label = columns[index]?.name ?? `column ${index + 1}`;
    return { depth: 0, label, value: oneLine(content), path: label, content };
  });
}

/** Every line of the record's tree, folded or not; a line of text becomes a tree of one line. */
export function treeLinesOf(row: PreviewRow, preview: ReadyPreview): readonly TreeLine[] {
  let lines = linesByRow.get(row);
  if (lines === undefined) {
    lines = linesOf(row, preview);
    linesByRow.set(row, lines);
  }
  return lines;
}

export const indentCells = 2;
const longestFolded = 500;

/** One row of the screen; a long value takes several. */
export interface TreeRow {
  line: TreeLine;
  /** Only on the first row of a value. */
  label: string;
  value: string;
  /** "-" if the line can be folded, "+" if it is, on the first of its rows. */
  mark: "-" | "+" | " ";
}

export interface TreeRows extends Rows {
  readonly all: readonly TreeRow[];
  readonly labelCells: number;
}

/** Up to half of the cells. */
function labelCellsOf(lines: readonly TreeLine[], cells: number): number {
  const widths = lines.map(({ depth, label }) => depth * indentCells + cellWidth(label));
  const widest = widths.reduce((most, width) => Math.max(most, width), 0);
  return Math.min(widest, Math.floor(cells / 2));
}

function visibleLines(lines: readonly TreeLine[], folds: ReadonlySet<string>): TreeLine[] {
  let hiddenBelow = Number.POSITIVE_INFINITY;
  return lines.filter(({ depth, path, value }) => {
    if (depth > hiddenBelow) return false;
    const hides = value === undefined && folds.has(path);
    hiddenBelow = hides ? depth : Number.POSITIVE_INFINITY;
    return true;
  });
}

function rowsOfLine(line: TreeLine, room: number, isFolded: boolean): TreeRow[] {
  const { content, label, value } = line;
  const parts = wrapCells(value ?? "", room);
  const folds = value === undefined || parts.length > 1;
  if (isFolded && folds) {
    const packed = value ?? oneLine(contentText(content), longestFolded);
    return [{ line, label, value: truncateEnd(packed, room), mark: "+" }];
  }
  return parts.map((part, index) => ({
    line,
    label: index === 0 ? label : "",
    value: part,
    mark: index === 0 && folds ? "-" : " ",
  }));
}

/** The field and, of a long value, the row: the same in every record. */
function idOf(all: readonly TreeRow[], index: number): string | undefined {
  const row = all[index];
  if (row === undefined) return undefined;
  let part = 0;
  while (all[index - part - 1]?.line === row.line) part += 1;
  return `${part} ${row.line.path}`;
}

function placedRows(
  lines: readonly TreeLine[],
  folds: ReadonlySet<string>,
  cells: number,
): TreeRows {
  const labelCells = labelCellsOf(lines, cells);
  const room = Math.max(8, cells - labelCells - 6);
  const all = visibleLines(lines, folds).flatMap((line) =>
    rowsOfLine(line, room, folds.has(line.path)),
  );
  return {
    all,
    labelCells,
    length: all.length,
    idAt: (index) => idOf(all, index),
    indexOf: (id) => {
      const path = id.slice(id.indexOf(" ") + 1);
      const first = all.findIndex(({ line }) => line.path === path);
      if (first < 0) return undefined;
      const index = first + Number.parseInt(id, 10);
      return all[index]?.line === all[first]?.line ? index : first;
    },
  };
}

interface Placed {
  cells: number;
  folds: ReadonlySet<string>;
  rows: TreeRows;
}

const placedBefore = new WeakMap<readonly TreeLine[], Placed>();

/** The record's tree as it is folded and wrapped on a screen of `cells` cells. */
export function treeRowsOf(row: PreviewRow, preview: ReadyPreview, cells: number): TreeRows {
  const lines = treeLinesOf(row, preview);
  const { folds } = preview;
  const before = placedBefore.get(lines);
  if (before?.cells === cells && before.folds === folds) return before.rows;
  const rows = placedRows(lines, folds, cells);
  placedBefore.set(lines, { cells, folds, rows });
  return rows;
}

export interface OpenRecord {
  row: PreviewRow;
  lines: readonly TreeLine[];
  rows: TreeRows;
  cursor: Cursor;
  /** Undefined only if the record has no fields. */
  current: TreeRow | undefined;
}

/** The record on the screen, if one is open. */
export function openRecordOf(state: State): OpenRecord | undefined {
  const preview = readyPreview(state);
  const row = currentRecord(state);
  if (!preview?.tree || !row) return undefined;
  const rows = treeRowsOf(row, preview, state.viewport.columns);
  const cursor = cursorOf(preview.tree, rows, treeHeight(state));
  return { row, lines: treeLinesOf(row, preview), rows, cursor, current: rows.all[cursor.index] };
}

/** The object or list that holds the line. */
export function parentLine(lines: readonly TreeLine[], line: TreeLine): TreeLine | undefined {
  return lines.slice(0, lines.indexOf(line)).findLast(({ depth }) => depth < line.depth);
}

/** True if the line is folded or can be; `rows` holds the first row of each line. */
export function foldMarkOf({ all }: TreeRows, { line }: TreeRow): TreeRow["mark"] {
  return all.find((row) => row.line === line)?.mark ?? " ";
}
