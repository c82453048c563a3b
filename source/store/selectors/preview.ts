import { splitFields } from "../../domain/delimited.ts";
import { oneLine, parseExactJson, type TreeLine, treeLines } from "../../domain/json-tree.ts";
import { cellWidth, wrapCells } from "../../text/cells.ts";
import { type Cursor, cursorOf, type Rows } from "../state/list-view.ts";
import { type Place, placeKey } from "../state/place.ts";
import type { PreviewRow, PreviewSlice, ReadyPreview } from "../state/preview.ts";
import type { State } from "../state/state.ts";
import { bodyHeight } from "./layout.ts";

export type PreviewPlace = Extract<Place, { kind: "preview" }>;

/** The preview that is shown, where one is. */
export function currentPreview(state: State): PreviewSlice | undefined {
  const place = state.places.at(-1);
  return place?.kind === "preview" ? state.previews[placeKey(place)] : undefined;
}

/** The same once something of the file was read. */
export function readyPreview(state: State): ReadyPreview | undefined {
  const preview = currentPreview(state);
  return preview?.phase === "ready" ? preview : undefined;
}

/** Lines for records: the body without what says how much was read, and the titles. */
export function previewHeight(state: State): number {
  return Math.max(1, bodyHeight(state) - 2);
}

/** Lines for a record's tree: the body without what says which record it is. */
export function treeHeight(state: State): number {
  return Math.max(1, bodyHeight(state) - 1);
}

export function previewRows({ rows }: ReadyPreview): Rows {
  return {
    length: rows.length,
    idAt: (index) => (rows[index] === undefined ? undefined : String(index)),
    indexOf: (id) => (Number(id) < rows.length ? Number(id) : undefined),
  };
}

export function previewCursor(state: State, preview: ReadyPreview): Cursor {
  return cursorOf(preview.list, previewRows(preview), previewHeight(state));
}

export function currentRecord(state: State): PreviewRow | undefined {
  const preview = readyPreview(state);
  return preview?.rows[previewCursor(state, preview).index];
}

const known = new WeakMap<PreviewRow, TreeLine[]>();

function linesOf(row: PreviewRow, { columns, delimiter, format }: ReadyPreview): TreeLine[] {
  const whole = [{ depth: 0, label: "", value: oneLine(row.text) }];
  if (row.isCut) return whole;
  if (format === "jsonl") {
    const value = parseExactJson(row.text);
    return value === undefined ? whole : treeLines(value);
  }
  if (format !== "csv") return whole;
  return splitFields(row.text, delimiter ?? ",").map((field, index) => ({
    depth: 0,
    label: columns[index]?.name ?? `column ${index + 1}`,
    value: oneLine(field),
  }));
}

/** A record as the lines of its tree; a line of text is one long line. */
export function treeOf(row: PreviewRow, preview: ReadyPreview): readonly TreeLine[] {
  let lines = known.get(row);
  if (lines === undefined) {
    lines = linesOf(row, preview);
    known.set(row, lines);
  }
  return lines;
}

export const columnGap = 2;
/** A column that is cut shorter tells nothing. */
const narrowest = 6;
const narrowestName = 16;
/** Cells of a line of text that one step to the right goes on. */
export const textStepCells = 20;
const indentCells = 2;

/** Cells before the first column: the record's number, and air. */
export function gutterCells({ rows }: ReadyPreview): number {
  return String(rows.at(-1)?.number ?? 1).length + 3;
}

/** True where records are lines, which have no columns to go by. */
export function isLines({ format }: ReadyPreview): boolean {
  return format === "text" || format === "binary";
}

export interface PlacedColumn {
  index: number;
  width: number;
}

/** A column's width where `left` cells are free; names in a zip give way to their sizes. */
function wantedWidth({ columns, format }: ReadyPreview, index: number, left: number): number {
  const width = columns[index]?.width ?? 0;
  if (format !== "zip" || index > 0) return width;
  const others = columns.slice(1).reduce((sum, other) => sum + other.width + columnGap, 0);
  return Math.min(width, Math.max(narrowestName, left - others));
}

/** The columns that fit into `cells` beside the numbers, from the one that is first on the screen. */
export function placedColumns(preview: ReadyPreview, cells: number): PlacedColumn[] {
  let left = cells - gutterCells(preview) - 1;
  if (isLines(preview)) return [{ index: 0, width: Math.max(1, left) }];
  const placed: PlacedColumn[] = [];
  for (let index = preview.shift; index < preview.columns.length; index += 1) {
    const width = Math.min(wantedWidth(preview, index, left), left);
    const isCut = width < wantedWidth(preview, index, left);
    if (placed.length > 0 && isCut && width < narrowest) break;
    placed.push({ index, width: Math.max(1, width) });
    left -= width + columnGap;
    if (left <= 0) break;
  }
  return placed;
}

/** True where something lies to the right of the screen. */
export function hasMoreRight(preview: ReadyPreview, cells: number): boolean {
  if (isLines(preview)) {
    const room = cells - gutterCells(preview) - 1;
    const widest = preview.columns[0]?.widest ?? 0;
    return widest - preview.shift * textStepCells > room;
  }
  const last = placedColumns(preview, cells).at(-1);
  if (last === undefined) return false;
  if (last.index < preview.columns.length - 1) return true;
  // The last column alone may be wider than the screen: there is nothing beyond it.
  const isCut = last.width < (preview.columns[last.index]?.width ?? 0);
  return isCut && last.index > preview.shift;
}

/** A line of a tree on the screen: the label in its column, then the value. */
export interface TreeRow {
  label: string;
  value: string;
}

/** Cells of the column of labels: what they take, up to half of all. */
export function labelCells(lines: readonly TreeLine[], cells: number): number {
  const widths = lines.map(({ depth, label }) => depth * indentCells + cellWidth(label));
  const widest = widths.reduce((most, width) => Math.max(most, width), 0);
  return Math.min(widest, Math.floor(cells / 2));
}

const placedBefore = new WeakMap<readonly TreeLine[], { cells: number; rows: TreeRow[] }>();

/** The lines of a tree for `cells` cells, long values wrapped. */
export function treeRows(lines: readonly TreeLine[], cells: number): readonly TreeRow[] {
  const before = placedBefore.get(lines);
  if (before?.cells === cells) return before.rows;
  const room = Math.max(8, cells - labelCells(lines, cells) - 6);
  const rows = lines.flatMap(({ depth, label, value = "" }) =>
    wrapCells(value, room).map((part, index) => ({
      label: index === 0 ? " ".repeat(depth * indentCells) + label : "",
      value: part,
    })),
  );
  placedBefore.set(lines, { cells, rows });
  return rows;
}
