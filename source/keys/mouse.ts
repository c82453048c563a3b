import type { Program } from "../store/program.ts";
import { menuItems } from "../store/selectors/bucket-menu.ts";
import {
  choiceRows,
  choicesHeight,
  isChoosing,
  linesAboveChoices,
} from "../store/selectors/choices.ts";
import { type InputTarget, inputTarget } from "../store/selectors/input-target.ts";
import {
  linesAboveMenu,
  linesAboveRows,
  menuHeight,
  overlayColumns,
  overlayOrigin,
  tableHeight,
} from "../store/selectors/layout.ts";
import { previewCursor, previewHeight, readyPreview } from "../store/selectors/preview.ts";
import { currentPlace, cursorIn, rowsOf } from "../store/selectors/table.ts";
import { cursorOf, type Move } from "../store/state/list-view.ts";
import type { Overlay } from "../store/state/overlay.ts";
import type { State } from "../store/state/state.ts";
import { moveHere } from "./actions/move.ts";
import { letterPlaces, runCommand } from "./command.ts";
import { commandFor, hintAt } from "./key-table.ts";
import { moveInHelp } from "./overlays/help-keys.ts";
import { moveInChoices, moveInPalette, scrollText } from "./overlays/overlays.ts";
import { linesAbovePalette, paletteHeight, paletteRows } from "./overlays/palette.ts";

/** Rows and columns start at 0. */
export type MouseEvent =
  | { kind: "wheel"; way: "up" | "down" }
  | { kind: "click"; row: number; column: number };

const report = /^\u001b\[<(\d+);(\d+);(\d+)([Mm])$/;

/** Parses a mouse report; undefined if it has no action here, such as releasing a button. */
export function mouseEvent(text: string): MouseEvent | undefined {
  const parts = report.exec(text);
  if (!parts) return undefined;
  const button = Number(parts[1]);
  if (button === 64 || button === 65) return { kind: "wheel", way: button === 64 ? "up" : "down" };
  if (button !== 0 || parts[4] !== "M") return undefined;
  return { kind: "click", row: Number(parts[3]) - 1, column: Number(parts[2]) - 1 };
}

/** How many lines one notch of the wheel moves where the cursor must move along. */
const stepsPerNotch = 3;

function turnWheel(program: Program, way: "up" | "down"): void {
  const state = program.store.getState();
  const { overlay } = state;
  const move: Move = `wheel-${way}`;
  if (isChoosing(overlay)) moveInChoices(move, program);
  else if (overlay?.kind === "palette") moveInPalette(move, program);
  else if (overlay?.kind === "details" || overlay?.kind === "notices") scrollText(move, program);
  else if (overlay?.kind === "help")
    for (let step = 0; step < stepsPerNotch; step++) moveInHelp(way, program);
  else if (scrollable.includes(inputTarget(state))) moveHere(move, program);
}

const scrollable: readonly InputTarget[] = [...letterPlaces, "filter"];

function open(program: Program): void {
  const command = commandFor(program.store.getState(), "enter");
  if (command) runCommand(program, command);
}

const headerLines = 1;

function rowAt(state: State, screenRow: number): number | undefined {
  const place = currentPlace(state);
  const line = screenRow - headerLines - linesAboveRows(place.kind);
  const index = cursorIn(state, place).top + line;
  const isInside = line >= 0 && line < tableHeight(state) && index < rowsOf(state, place).length;
  return isInside ? index : undefined;
}

function clickRow(program: Program, screenRow: number): void {
  const state = program.store.getState();
  const index = rowAt(state, screenRow);
  if (index === undefined) return;
  if (index === cursorIn(state, currentPlace(state)).index) open(program);
  else program.actions.moveToRow(index);
}

/** The summary line and the column titles. */
const linesAboveRecords = 2;

function clickRecord(program: Program, screenRow: number): void {
  const state = program.store.getState();
  const preview = readyPreview(state);
  const line = screenRow - headerLines - linesAboveRecords;
  if (!preview || line < 0 || line >= previewHeight(state)) return;
  const { index, top } = previewCursor(state, preview);
  if (top + line === index) open(program);
  else if (preview.rows[top + line]) program.actions.moveToRecord(top + line);
}

function clickBucket(program: Program, line: number): void {
  const { bucket } = program.store.getState();
  const items = menuItems(bucket);
  if (line < 0 || items.length > menuHeight(program.store.getState())) return;
  const isHere = bucket.focus === "menu" && items[line]?.bucket === bucket.highlighted;
  if (isHere) open(program);
  else program.actions.moveToBucket(line);
}

/** The rows of an overlay that can be clicked. */
function clickableRows(state: State, overlay: Overlay) {
  if (isChoosing(overlay)) {
    const [rows, height] = [choiceRows(state), choicesHeight(state)];
    return { list: overlay.list, rows, height, linesAbove: linesAboveChoices(state) };
  }
  if (overlay.kind !== "palette") return undefined;
  const [rows, height] = [paletteRows(state), paletteHeight(state)];
  return { list: overlay.list, rows, height, linesAbove: linesAbovePalette };
}

/** Rows and columns within the overlay. */
function clickOverlay(program: Program, overlay: Overlay, row: number, column: number): void {
  const state = program.store.getState();
  const clickable = clickableRows(state, overlay);
  if (!clickable || column < 0 || column >= overlayColumns(state)) return;
  const { height, linesAbove, list, rows } = clickable;
  const { index, top } = cursorOf(list, rows, height);
  const line = row - linesAbove;
  if (top + line === index) open(program);
  else program.actions.moveToOverlayLine(line, rows, height);
}

const tableWheres: readonly InputTarget[] = ["packages", "file-sets", "files", "downloads"];

/** A click moves the cursor to the row, and opens the row if the cursor is already there. */
function click(program: Program, row: number, column: number): void {
  const state = program.store.getState();
  const where = inputTarget(state);
  if (row === state.viewport.rows - 1) {
    const hint = hintAt(state, column);
    if (hint) runCommand(program, hint.command);
  } else if (state.overlay) {
    const origin = overlayOrigin(state);
    const line = row - headerLines - origin.row;
    clickOverlay(program, state.overlay, line, column - origin.column);
  } else if (where === "preview") clickRecord(program, row);
  else if (where === "bucket-menu" || where === "bucket-field")
    clickBucket(program, row - headerLines - linesAboveMenu(state));
  else if (tableWheres.includes(where)) clickRow(program, row);
}

export function dispatchMouse(program: Program, event: MouseEvent): void {
  program.actions.clearNotice();
  if (event.kind === "wheel") turnWheel(program, event.way);
  else click(program, event.row, event.column);
}
