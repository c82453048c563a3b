import { plainLook, showsOnSpaces } from "./cell-style.ts";
import type { Pen } from "./cursor.ts";
import { type CellRow, isBlank, isSure } from "./screen-row.ts";

const eraseToEnd = "\u001b[K";
const eraseRow = "\u001b[2K";
const stayInRow = "\u001b[?7l";
const goOnBelow = "\u001b[?7h";
/** Cells that are shorter to write again than to pass over. */
const shortGap = 4;

function differs(before: CellRow | undefined, after: CellRow, column: number): boolean {
  if (!before) return !isBlank(after, column);
  return (
    before.characters[column] !== after.characters[column] ||
    before.looks[column] !== after.looks[column]
  );
}

function changedColumns(before: CellRow | undefined, after: CellRow): number[] {
  const columns: number[] = [];
  for (let column = 0; column < after.characters.length; column++) {
    if (differs(before, after, column)) columns.push(column);
  }
  return columns;
}

function putCell(pen: Pen, { characters, looks }: CellRow, column: number, cells = 1): void {
  pen.put(characters[column] ?? " ", looks[column] ?? plainLook, cells);
}

/** True where the cells between are written without a change of look. */
function isBridge(pen: Pen, after: CellRow, from: number, to: number): boolean {
  if (to - from > shortGap) return false;
  const hidesBlanks = !showsOnSpaces(pen.look);
  for (let column = from; column < to; column++) {
    const isFree = after.looks[column] === pen.look || (hidesBlanks && isBlank(after, column));
    if (!isFree) return false;
  }
  return true;
}

function putColumns(pen: Pen, row: number, after: CellRow, columns: readonly number[]): void {
  let next = pen.isAt(row, 0) ? 0 : -1;
  for (const column of columns) {
    if (next >= 0 && next < column && isBridge(pen, after, next, column)) {
      for (; next < column; next++) putCell(pen, after, next);
    }
    if (next !== column) pen.moveTo(row, column);
    putCell(pen, after, column);
    next = column + 1;
  }
}

/** Writes the changed cells one by one; the emptied end of the row by one code. */
function patch(pen: Pen, row: number, after: CellRow, changed: readonly number[]): void {
  const inside = changed.filter((column) => column < after.end);
  const behind = changed.length - inside.length;
  putColumns(pen, row, after, behind < shortGap ? changed : inside);
  if (behind < shortGap) return;
  pen.moveTo(row, changed[inside.length] ?? after.end);
  pen.change(plainLook);
  pen.code(eraseToEnd);
}

/** Empties the row from the first change on, and writes what is not empty. */
function replace(pen: Pen, row: number, after: CellRow, from: number): void {
  pen.moveTo(row, from);
  pen.change(plainLook);
  pen.code(from === 0 ? eraseRow : eraseToEnd);
  const filled = changedColumns(undefined, after).filter((column) => column >= from);
  putColumns(pen, row, after, filled);
}

/** After a character that terminals do not agree on the cursor is led to its column again. */
function writeDelicate(pen: Pen, row: number, after: CellRow): void {
  const { characters } = after;
  pen.moveTo(row, 0);
  pen.change(plainLook);
  pen.code(eraseRow + stayInRow);
  for (let column = 0; column < after.end; column++) {
    const character = characters[column] ?? " ";
    if (character === "" || isBlank(after, column)) continue;
    pen.moveTo(row, column);
    putCell(pen, after, column, characters[column + 1] === "" ? 2 : 1);
    if (!isSure(character)) pen.loseColumn();
  }
  pen.code(goOnBelow);
  pen.loseColumn();
}

/** Leads `pen` over the row so that it becomes `after`; `before` undefined: it is empty. */
export function changeRow(
  pen: Pen,
  row: number,
  before: CellRow | undefined,
  after: CellRow,
): void {
  const changed = changedColumns(before, after);
  const [first] = changed;
  if (first === undefined) return;
  if (before?.isDelicate || after.isDelicate) {
    writeDelicate(pen, row, after);
    return;
  }
  const patched = pen.copy();
  patch(patched, row, after, changed);
  const replaced = pen.copy();
  if (before) replace(replaced, row, after, first);
  const isShorter = before && replaced.written.length < patched.written.length;
  pen.take(isShorter ? replaced : patched);
}
