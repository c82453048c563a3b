import type { Overlay } from "../state/overlay.ts";
import type { State } from "../state/state.ts";
import { bodyHeight, cellsBeside } from "./layout.ts";

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
