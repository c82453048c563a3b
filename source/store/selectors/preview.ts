import { type Cursor, cursorOf, type Rows } from "../state/list-view.ts";
import { type Place, placeKey } from "../state/place.ts";
import type { PreviewRow, PreviewSlice, ReadyPreview } from "../state/preview.ts";
import { isPending } from "../state/row.ts";
import type { State } from "../state/state.ts";
import { bodyHeight, paneOf } from "./layout.ts";
import { currentPlace, currentRow } from "./table.ts";

export type PreviewPlace = Extract<Place, { kind: "preview" }>;

export function currentPreview(state: State): PreviewSlice | undefined {
  const place = state.places.at(-1);
  return place?.kind === "preview" ? state.previews[placeKey(place)] : undefined;
}

/** The preview, once something of the file was read. */
export function readyPreview(state: State): ReadyPreview | undefined {
  const preview = currentPreview(state);
  return preview?.phase === "ready" ? preview : undefined;
}

/** The body without the summary line and the titles. */
export function previewHeight(state: State): number {
  return Math.max(1, bodyHeight(state) - 2);
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

export const columnGap = 2;
/** A narrower column is unreadable. */
const narrowest = 6;
const narrowestName = 16;
/** Cells that one step to the right scrolls a line of text. */
export const textStepCells = 20;

export function gutterCells({ rows }: ReadyPreview): number {
  return String(rows.at(-1)?.number ?? 1).length + 3;
}

/** Lines of text have no columns to navigate. */
export function isLines({ format }: ReadyPreview): boolean {
  return format === "text" || format === "binary";
}

export interface PlacedColumn {
  index: number;
  width: number;
}

/** The line after a frozen column. */
export const frozenEdge = " │ ";

export function isFrozen({ columns, format, frozen }: ReadyPreview): boolean {
  return frozen && format !== "text" && format !== "binary" && columns.length > 1;
}

/** The first column that scrolls into view; a frozen column does not scroll. */
export function firstScrolled(preview: ReadyPreview): number {
  return isFrozen(preview) ? Math.max(1, preview.shift) : preview.shift;
}

/** Names in a zip shrink to leave room for their sizes. */
function wantedWidth({ columns, format }: ReadyPreview, index: number, free: number): number {
  const width = columns[index]?.width ?? 0;
  if (format !== "zip" || index > 0) return width;
  const others = columns.slice(1).reduce((sum, other) => sum + other.width + columnGap, 0);
  return Math.min(width, Math.max(narrowestName, free - others));
}

/** A frozen column takes at most half of the width. */
function frozenColumns(preview: ReadyPreview, cells: number): PlacedColumn[] {
  if (!isFrozen(preview)) return [];
  const width = Math.min(preview.columns[0]?.width ?? 0, Math.floor(cells / 2));
  return [{ index: 0, width: Math.max(1, width) }];
}

export function placedColumns(preview: ReadyPreview, cells: number): PlacedColumn[] {
  let free = cells - gutterCells(preview) - 1;
  if (isLines(preview)) return [{ index: 0, width: Math.max(1, free) }];
  const frozen = frozenColumns(preview, free);
  for (const { width } of frozen) free -= width + frozenEdge.length;
  const placed: PlacedColumn[] = [];
  for (let index = firstScrolled(preview); index < preview.columns.length; index += 1) {
    const width = Math.min(wantedWidth(preview, index, free), free);
    const isCut = width < wantedWidth(preview, index, free);
    if (placed.length > 0 && isCut && width < narrowest) break;
    placed.push({ index, width: Math.max(1, width) });
    free -= width + columnGap;
    if (free <= 0) break;
  }
  return [...frozen, ...widened(placed, preview, free + columnGap)];
}

/** If all other columns are shown, cut ones share the room that is left. */
function widened(placed: PlacedColumn[], { columns }: ReadyPreview, cells: number): PlacedColumn[] {
  if (placed.at(-1)?.index !== columns.length - 1) return placed;
  let free = Math.max(0, cells);
  const needOf = ({ index, width }: PlacedColumn) => (columns[index]?.widest ?? 0) - width;
  let needy = placed.filter((one) => needOf(one) > 0).length;
  return placed.map((one) => {
    if (needOf(one) <= 0) return one;
    const more = Math.min(needOf(one), Math.floor(free / needy));
    free -= more;
    needy -= 1;
    return { ...one, width: one.width + more };
  });
}

export function hasMoreRight(preview: ReadyPreview, cells: number): boolean {
  if (isLines(preview)) {
    const room = cells - gutterCells(preview) - 1;
    const widest = preview.columns[0]?.widest ?? 0;
    return widest - preview.shift * textStepCells > room;
  }
  const last = placedColumns(preview, cells).at(-1);
  if (last === undefined) return false;
  if (last.index < preview.columns.length - 1) return true;
  // Only the last column can be wider than the screen with nothing beyond it.
  const isCut = last.width < (preview.columns[last.index]?.width ?? 0);
  return isCut && last.index > firstScrolled(preview);
}

/** The preview of the row under the cursor; of a file set, that of its first file. */
export function previewOfRow(state: State): PreviewPlace | undefined {
  const place = currentPlace(state);
  const row = currentRow(state);
  if (place.kind === "file-sets" && row?.kind === "file-set") {
    return { ...place, kind: "preview", fileSet: row.item };
  }
  if (place.kind === "files" && row?.kind === "file") {
    return { ...place, kind: "preview", file: row.item };
  }
  return undefined;
}

/** The preview that belongs beside the rows; undefined if the row has none that could be fetched. */
export function placeBeside(state: State): PreviewPlace | undefined {
  if (paneOf(state) !== "preview" || state.session.phase !== "signed-in") return undefined;
  const place = previewOfRow(state);
  return place?.path === undefined && place && !isPending(place.fileSet) ? place : undefined;
}

/** What the pane shows, which may still be the preview of the row before; undefined before the first. */
export function shownBeside({ besideShown, previews }: State): PreviewSlice | undefined {
  return besideShown && previews[placeKey(besideShown)];
}

/** True if the pane shows the row under the cursor. */
export function isBesideCurrent(state: State): boolean {
  const place = placeBeside(state);
  const { besideShown } = state;
  return (
    place !== undefined && besideShown !== undefined && placeKey(place) === placeKey(besideShown)
  );
}
