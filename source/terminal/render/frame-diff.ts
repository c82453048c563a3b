import type { Capabilities } from "../capabilities.ts";
import type { TerminalCursor } from "./cursor.ts";
import { isBlank, isSure, plainStyle, type ScreenRow, showsOnSpaces } from "./screen-row.ts";

const eraseToEnd = "\u001b[K";
const eraseRow = "\u001b[2K";
const stopWrapping = "\u001b[?7l";
const wrapAgain = "\u001b[?7h";
/** Gaps this short cost less to rewrite than to skip. */
const shortGap = 4;

function differs(before: ScreenRow | undefined, after: ScreenRow, column: number): boolean {
  if (!before) return !isBlank(after, column);
  return (
    before.characters[column] !== after.characters[column] ||
    before.styles[column] !== after.styles[column]
  );
}

function changedColumns(before: ScreenRow | undefined, after: ScreenRow): number[] {
  const columns: number[] = [];
  for (let column = 0; column < after.characters.length; column++) {
    if (differs(before, after, column)) columns.push(column);
  }
  return columns;
}

function putCell(
  cursor: TerminalCursor,
  { characters, styles }: ScreenRow,
  column: number,
  cells = 1,
): void {
  cursor.put(characters[column] ?? " ", styles[column] ?? plainStyle, cells);
}

/** True if the cells between can be written without changing style. */
function isBridge(cursor: TerminalCursor, after: ScreenRow, from: number, to: number): boolean {
  if (to - from > shortGap) return false;
  const hidesBlanks = !showsOnSpaces(cursor.style);
  for (let column = from; column < to; column++) {
    const isFree = after.styles[column] === cursor.style || (hidesBlanks && isBlank(after, column));
    if (!isFree) return false;
  }
  return true;
}

function putColumns(
  cursor: TerminalCursor,
  row: number,
  after: ScreenRow,
  columns: readonly number[],
): void {
  let next = cursor.isAt(row, 0) ? 0 : -1;
  for (const column of columns) {
    if (next >= 0 && next < column && isBridge(cursor, after, next, column)) {
      for (; next < column; next++) putCell(cursor, after, next);
    }
    if (next !== column) cursor.moveTo(row, column);
    putCell(cursor, after, column);
    next = column + 1;
  }
}

/** Writes changed cells one by one and clears the end of the row with one code. */
function patch(
  cursor: TerminalCursor,
  row: number,
  after: ScreenRow,
  changed: readonly number[],
): void {
  const inside = changed.filter((column) => column < after.end);
  const behind = changed.length - inside.length;
  putColumns(cursor, row, after, behind < shortGap ? changed : inside);
  if (behind < shortGap) return;
  cursor.moveTo(row, changed[inside.length] ?? after.end);
  cursor.change(plainStyle);
  cursor.code(eraseToEnd);
}

/** Clears the row from the first change, then writes the cells that are not blank. */
function replace(cursor: TerminalCursor, row: number, after: ScreenRow, from: number): void {
  cursor.moveTo(row, from);
  cursor.change(plainStyle);
  cursor.code(from === 0 ? eraseRow : eraseToEnd);
  const filled = changedColumns(undefined, after).filter((column) => column >= from);
  putColumns(cursor, row, after, filled);
}

/** Where the cells change one after the other from the first on, such as those of a list beside a pane. */
function firstRun(changed: readonly number[]): number {
  const end = changed.findIndex(
    (column, index) => column > (changed[index - 1] ?? column) + shortGap,
  );
  return end === -1 ? changed.length : end;
}

/** Clears the first run of changes with one code, and leaves what is right of it as it is. */
function replaceRun(
  cursor: TerminalCursor,
  row: number,
  after: ScreenRow,
  changed: readonly number[],
): void {
  const run = firstRun(changed);
  const from = changed[0] ?? 0;
  const end = (changed[run - 1] ?? from) + 1;
  cursor.moveTo(row, from);
  cursor.change(plainStyle);
  cursor.code(`\u001b[${end - from}X`);
  const filled = changedColumns(undefined, after).filter((column) => column >= from);
  putColumns(
    cursor,
    row,
    after,
    filled.filter((column) => column < end),
  );
  patch(cursor, row, after, changed.slice(run));
}

/** Repositions the cursor after each character whose width differs between terminals. */
function writeDelicate(cursor: TerminalCursor, row: number, after: ScreenRow): void {
  const { characters } = after;
  cursor.moveTo(row, 0);
  cursor.change(plainStyle);
  cursor.code(eraseRow + stopWrapping);
  for (let column = 0; column < after.end; column++) {
    const character = characters[column] ?? " ";
    if (character === "" || isBlank(after, column)) continue;
    cursor.moveTo(row, column);
    putCell(cursor, after, column, characters[column + 1] === "" ? 2 : 1);
    if (!isSure(character)) cursor.loseColumn();
  }
  cursor.code(wrapAgain);
  cursor.loseColumn();
}

/** Turns the row into `after`; an undefined `before` is an empty row. */
export function writeRowDiff(
  cursor: TerminalCursor,
  row: number,
  before: ScreenRow | undefined,
  after: ScreenRow,
  { erasesCells }: Pick<Capabilities, "erasesCells">,
): void {
  const changed = changedColumns(before, after);
  const [first] = changed;
  if (first === undefined) return;
  if (before?.isDelicate || after.isDelicate) {
    writeDelicate(cursor, row, after);
    return;
  }
  const patched = cursor.copy();
  patch(patched, row, after, changed);
  const ways = [patched];
  if (before) {
    const replaced = cursor.copy();
    replace(replaced, row, after, first);
    ways.push(replaced);
  }
  if (before && erasesCells) {
    const erased = cursor.copy();
    replaceRun(erased, row, after, changed);
    ways.push(erased);
  }
  cursor.take(ways.reduce((best, way) => (way.written.length < best.written.length ? way : best)));
}

export interface Scroll {
  /** The first and last row of the scrolled region. */
  top: number;
  bottom: number;
  /** Rows to scroll up; negative scrolls down. */
  up: number;
}

const leastRows = 3;

interface Found {
  first: number;
  last: number;
  gain: number;
}

/** Finds the run of rows where the scroll corrects the most rows, minus those it spoils. */
function bestRun(before: readonly string[], after: readonly string[], up: number): Found {
  let best: Found = { first: 0, last: 0, gain: 0 };
  let first = 0;
  let gain = 0;
  for (let row = Math.max(0, -up); row < Math.min(after.length, before.length - up); row++) {
    if (gain <= 0) {
      gain = 0;
      first = row;
    }
    const isCorrected = after[row] === before[row + up];
    const wasRight = after[row] === before[row];
    if (isCorrected !== wasRight) gain += isCorrected ? 1 : -1;
    if (gain > best.gain) best = { first, last: row, gain };
  }
  return best;
}

/** Returns undefined if no scroll saves enough rows. */
export function detectScroll(
  before: readonly string[],
  after: readonly string[],
): Scroll | undefined {
  let best: Scroll | undefined;
  let most = leastRows - 1;
  for (let up = 1 - after.length; up < after.length; up++) {
    if (up === 0) continue;
    const { first, gain, last } = bestRun(before, after, up);
    if (gain - Math.abs(up) / 2 <= most) continue;
    most = gain - Math.abs(up) / 2;
    best = { top: Math.min(first, first + up), bottom: Math.max(last, last + up), up };
  }
  return best;
}
