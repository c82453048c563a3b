import type { TreeLine } from "../../domain/json-tree.ts";
import { cellWidth, wrapCells } from "../../text/cells.ts";
import type { PreviewSlice } from "../state/preview.ts";

export const columnGap = 2;
/** A column that is cut shorter tells nothing. */
const narrowest = 6;
const narrowestName = 16;
/** Cells of a line of text that one step to the right goes on. */
export const textStepCells = 20;
const indentCells = 2;

/** Cells before the first column: the record's number, and air. */
export function gutterCells({ rows }: PreviewSlice): number {
  return String(rows.at(-1)?.number ?? 1).length + 3;
}

/** True where records are lines, which have no columns to go by. */
export function isLines({ format }: PreviewSlice): boolean {
  return format === "text" || format === "binary";
}

export interface PlacedColumn {
  index: number;
  width: number;
}

/** A column's width where `left` cells are free; names in a zip give way to their sizes. */
function wantedWidth({ columns, format }: PreviewSlice, index: number, left: number): number {
  const width = columns[index]?.width ?? 0;
  if (format !== "zip" || index > 0) return width;
  const others = columns.slice(1).reduce((sum, other) => sum + other.width + columnGap, 0);
  return Math.min(width, Math.max(narrowestName, left - others));
}

/** The columns that fit into `cells` beside the numbers, from the one that is first on the screen. */
export function placedColumns(preview: PreviewSlice, cells: number): PlacedColumn[] {
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
export function hasMoreRight(preview: PreviewSlice, cells: number): boolean {
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
