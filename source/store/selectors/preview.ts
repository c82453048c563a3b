import { splitFields } from "../../domain/delimited.ts";
import { oneLine, parseJson, type TreeLine, treeLines } from "../../domain/json-tree.ts";
import { type Cursor, cursorOf, type Rows } from "../state/list-view.ts";
import { type Place, placeKey } from "../state/place.ts";
import type { PreviewRow, PreviewSlice } from "../state/preview.ts";
import type { State } from "../state/state.ts";
import { bodyHeight } from "./layout.ts";

export type PreviewPlace = Extract<Place, { kind: "preview" }>;

/** The preview that is shown, where one is. */
export function currentPreview(state: State): PreviewSlice | undefined {
  const place = state.places.at(-1);
  return place?.kind === "preview" ? state.previews[placeKey(place)] : undefined;
}

/** Lines for records: the body without what says how much was read, and the titles. */
export function previewHeight(state: State): number {
  return Math.max(1, bodyHeight(state) - 2);
}

/** Lines for a record's tree: the body without what says which record it is. */
export function treeHeight(state: State): number {
  return Math.max(1, bodyHeight(state) - 1);
}

export function previewRows({ rows }: PreviewSlice): Rows {
  return {
    length: rows.length,
    idAt: (index) => (rows[index] === undefined ? undefined : String(index)),
    indexOf: (id) => (Number(id) < rows.length ? Number(id) : undefined),
  };
}

export function previewCursor(state: State, preview: PreviewSlice): Cursor {
  return cursorOf(preview.list, previewRows(preview), previewHeight(state));
}

/** The record under the cursor. */
export function currentRow(state: State): PreviewRow | undefined {
  const preview = currentPreview(state);
  return preview?.rows[previewCursor(state, preview).index];
}

const known = new WeakMap<PreviewRow, TreeLine[]>();

function linesOf(row: PreviewRow, { columns, delimiter, format }: PreviewSlice): TreeLine[] {
  const whole = [{ depth: 0, label: "", value: oneLine(row.text) }];
  if (row.isCut) return whole;
  if (format === "jsonl") {
    const value = parseJson(row.text);
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
export function treeOf(row: PreviewRow, preview: PreviewSlice): readonly TreeLine[] {
  let lines = known.get(row);
  if (lines === undefined) {
    lines = linesOf(row, preview);
    known.set(row, lines);
  }
  return lines;
}
