import { smallestScreen } from "../../terminal/capabilities.ts";
import { wrapCells } from "../../text/cells.ts";
import type { Overlay } from "../state/overlay.ts";
import { isTable } from "../state/place.ts";
import type { Pane, State, Viewport } from "../state/state.ts";
import { noticeLines, standingNotice } from "./notice.ts";
import { tableKind } from "./series.ts";

const mostNoticeLines = 3;

export function statusHeight(state: State): number {
  const { viewport } = state;
  const notice = standingNotice(state);
  if (!notice) return 1;
  const most = notice.level === "note" || viewport.rows < 15 ? 2 : mostNoticeLines;
  return Math.min(most, noticeLines(notice, viewport.columns).length);
}

export function isTooSmall({ columns, rows }: Viewport): boolean {
  return columns < smallestScreen.columns || rows < smallestScreen.rows;
}

export function bodyHeight(state: State): number {
  return Math.max(1, state.viewport.rows - 2 - statusHeight(state));
}

/** Narrower screens show details as an overlay. */
const leastColumnsBeside = 100;

/** Screen readers request the details separately. */
export function hasRoomBeside({ places, settings, viewport }: State): boolean {
  const place = places.at(-1);
  return (
    place !== undefined &&
    isTable(place) &&
    viewport.columns >= leastColumnsBeside &&
    settings.accessible === "off"
  );
}

/** From this width the details are beside the rows unless the user hides them. */
const wide = 160;
/** An id beside the longest label. */
const leastCellsWhenWide = 56;

/** Rows without files have their details in place of a preview. */
export function paneOf(state: State): Pane | undefined {
  if (!hasRoomBeside(state)) return undefined;
  const usual = state.viewport.columns >= wide ? "details" : undefined;
  const { beside = usual } = state;
  if (beside === "nothing") return undefined;
  return beside !== "preview" || rowsHaveFiles(state) ? beside : usual;
}

function rowsHaveFiles(state: State): boolean {
  const place = state.places.at(-1);
  const kind = place && isTable(place) ? tableKind(state, place) : undefined;
  return kind === "file-sets" || kind === "files";
}

export function cellsBeside(state: State): number {
  const { columns } = state.viewport;
  const pane = paneOf(state);
  if (pane === undefined) return 0;
  if (pane === "preview") return Math.floor(columns / 2);
  if (columns >= wide)
    return Math.min(80, Math.max(leastCellsWhenWide, Math.floor(columns * 0.28)));
  return Math.max(44, Math.floor(columns * 0.4));
}

/** The header, and on Downloads the folder and the total. */
export function linesAboveRows(kind: string | undefined): number {
  return kind === "downloads" ? 3 : 1;
}

export function tableHeight(state: State): number {
  return Math.max(1, bodyHeight(state) - linesAboveRows(state.places.at(-1)?.kind));
}

export function linesAboveMenu({ bucket, viewport }: State): number {
  const problem = bucket.problem ? wrapCells(bucket.problem, viewport.columns - 12).length : 0;
  return 4 + problem;
}

export function menuHeight(state: State): number {
  return Math.max(1, bodyHeight(state) - linesAboveMenu(state));
}

/** Smaller screens show an overlay instead of the rows, not over them. */
const leastColumns = 70;
const leastRows = 16;
const border = 1;
/** Rows of the screen that stay visible above and below a box. */
const margin = 1;
const leastMarginBeside = 3;

/** The most columns of a question or a list of choices. */
const widestQuestion = 84;
/** The most columns of the other overlays. */
const widest: Readonly<Partial<Record<Overlay["kind"], number>>> = {
  sort: 48,
  copy: 92,
  settings: 92,
  profiles: 72,
  palette: 100,
  help: 100,
  details: 100,
  notices: 120,
};

/** True if the overlay is a box over the rows. */
export function hasOverlayBox(state: State): boolean {
  const { overlay, settings, viewport } = state;
  if (overlay === undefined || settings.accessible === "on") return false;
  return viewport.columns >= leastColumns && bodyHeight(state) >= leastRows;
}

/** True if an overlay takes the place of the rows. */
export function isCovered(state: State): boolean {
  return state.overlay !== undefined && !hasOverlayBox(state);
}

export function overlayColumns(state: State): number {
  const { overlay, viewport } = state;
  if (!overlay || !hasOverlayBox(state)) return viewport.columns;
  return Math.min(
    widest[overlay.kind] ?? widestQuestion,
    viewport.columns - 2 * (border + leastMarginBeside),
  );
}

/** The most rows that the overlay can have. */
export function overlayRows(state: State): number {
  const rows = bodyHeight(state);
  return hasOverlayBox(state) ? rows - 2 * (border + margin) : rows;
}

/** The first cell of the overlay's content, counted from the first cell of the body. */
export function overlayOrigin(state: State): { row: number; column: number } {
  if (!hasOverlayBox(state)) return { row: 0, column: 0 };
  const columns = overlayColumns(state);
  const list = state.viewport.columns - cellsBeside(state);
  // Details beside the rows stay visible if the box fits over the rows.
  const room = columns + 2 * (border + margin) <= list ? list : state.viewport.columns;
  const column = Math.floor((room - columns) / 2);
  return { row: border + margin, column };
}
