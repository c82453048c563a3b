import { smallestScreen } from "../../terminal/capabilities.ts";
import { wrapCells } from "../../text/cells.ts";
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
