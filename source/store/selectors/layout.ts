import { smallestScreen } from "../../terminal/capabilities.ts";
import { wrapCells } from "../../text/cells.ts";
import { isTable } from "../state/place.ts";
import type { Notice, State, Viewport } from "../state/state.ts";

const mostNoticeLines = 3;
const wrapped = new WeakMap<Notice, { columns: number; lines: readonly string[] }>();

export function noticeLines(notice: Notice, columns: number): readonly string[] {
  const before = wrapped.get(notice);
  if (before?.columns === columns) return before.lines;
  const lines = wrapCells(notice.text, columns - 4);
  wrapped.set(notice, { columns, lines });
  return lines;
}

export function statusHeight({ notice, viewport }: State): number {
  if (!notice || notice.level === "note") return 1;
  const most = viewport.rows < 15 ? 2 : mostNoticeLines;
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

export function cellsBeside(state: State): number {
  if (!state.detailsBeside || !hasRoomBeside(state)) return 0;
  return Math.min(72, Math.max(44, Math.floor(state.viewport.columns * 0.4)));
}

/** The header, and on Downloads the folder and the total. */
export function linesAboveRows(kind: string | undefined): number {
  return kind === "downloads" ? 3 : 1;
}

export function tableHeight(state: State): number {
  return Math.max(1, bodyHeight(state) - linesAboveRows(state.places.at(-1)?.kind));
}

function linesAboveMenu({ bucket, viewport }: State): number {
  const problem = bucket.problem ? wrapCells(bucket.problem, viewport.columns - 12).length : 0;
  return 4 + problem;
}

export function menuHeight(state: State): number {
  return Math.max(1, bodyHeight(state) - linesAboveMenu(state));
}
