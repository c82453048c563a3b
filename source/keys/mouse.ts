import type { Program } from "../store/program.ts";
import { isChoosing, linesAboveChoices } from "../store/selectors/choices.ts";
import { inputTarget } from "../store/selectors/input-target.ts";
import { linesAboveRows, tableHeight } from "../store/selectors/layout.ts";
import { previewCursor, previewHeight, readyPreview } from "../store/selectors/preview.ts";
import { currentPlace, cursorIn, rowsOf } from "../store/selectors/table.ts";
import type { State } from "../store/state/state.ts";
import { commandFor } from "./key-table.ts";
import { runCommand } from "./run-command.ts";

/** Rows start at 0. */
export type MouseEvent = { kind: "wheel"; way: "up" | "down" } | { kind: "click"; row: number };

const rowsPerNotch = 3;
const report = /^\[<(\d+);(\d+);(\d+)([Mm])$/;

/** Parses a mouse report, which Ink passes on without its Esc. "other" is a report without an action here. */
export function mouseEvent(input: string): MouseEvent | "other" | undefined {
  const parts = report.exec(input);
  if (!parts) return undefined;
  const button = Number(parts[1]);
  if (button === 64 || button === 65) return { kind: "wheel", way: button === 64 ? "up" : "down" };
  if (button !== 0 || parts[4] !== "M") return "other";
  return { kind: "click", row: Number(parts[3]) - 1 };
}

function press(program: Program, key: string): void {
  const command = commandFor(program.store.getState(), key);
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

/** The summary line and the column titles. */
const linesAboveRecords = 2;

function clickRecord(program: Program, screenRow: number): void {
  const state = program.store.getState();
  const preview = readyPreview(state);
  const line = screenRow - headerLines - linesAboveRecords;
  if (!preview || line < 0 || line >= previewHeight(state)) return;
  const { index, top } = previewCursor(state, preview);
  if (top + line === index) press(program, "enter");
  else if (preview.rows[top + line]) program.actions.moveToRecord(top + line);
}

const tableWheres = ["packages", "file-sets", "files", "downloads"];

/** A click moves the cursor to the row, and opens the row if the cursor is already there. */
export function dispatchMouse(program: Program, event: MouseEvent): void {
  const state = program.store.getState();
  if (event.kind === "wheel") {
    for (let count = 0; count < rowsPerNotch; count++) press(program, event.way);
    return;
  }
  const { overlay } = state;
  if (isChoosing(overlay)) {
    program.actions.moveToChoice(event.row - headerLines - linesAboveChoices(state));
    return;
  }
  if (inputTarget(state) === "preview") clickRecord(program, event.row);
  if (!tableWheres.includes(inputTarget(state))) return;
  const index = rowAt(state, event.row);
  if (index === undefined) return;
  if (index === cursorIn(state, currentPlace(state)).index) press(program, "enter");
  else program.actions.moveToRow(index);
}
