import type { Traits } from "../capabilities.ts";
import { plainLook } from "./cell-style.ts";
import { Pen } from "./cursor.ts";
import { changeRow } from "./row-diff.ts";
import { type CellRow, readRow } from "./screen-row.ts";
import { type MovedBlock, movedBlock } from "./scroll-detection.ts";

const beginSynchronised = "\u001b[?2026h";
const endSynchronised = "\u001b[?2026l";
/** No look, the whole screen as the region, and nothing on it. The scrollback is nobody's to erase. */
const startAfresh = "\u001b[m\u001b[r\u001b[H\u001b[J";
/** A short update is over before a terminal could show half of it. */
const leastSynchronised = 400;

export interface ScreenSize {
  columns: number;
  rows: number;
}

interface Screen extends ScreenSize {
  cells: readonly (CellRow | undefined)[];
}

/** Where the cells are after the move; rows that it laid bare are undefined. */
function afterMove(
  cells: readonly (CellRow | undefined)[],
  { bottom, top, up }: MovedBlock,
): (CellRow | undefined)[] {
  return cells.map((row, index) => {
    if (index < top || index > bottom) return row;
    const from = index + up;
    return from < top || from > bottom ? undefined : cells[from];
  });
}

const atRow = (row: number) => (row === 0 ? "\u001b[H" : `\u001b[${row + 1}H`);
const counted = (count: number) => (count === 1 ? "" : String(count));

/** Takes lines out where rows leave, and puts as many in where others come; nothing is told to a region. */
function moveByLines(pen: Pen, { bottom, top, up }: MovedBlock): void {
  const count = Math.abs(up);
  const lowest = bottom - count + 1;
  const [taken, put] = up > 0 ? [top, lowest] : [lowest, top];
  const out = `${atRow(taken)}\u001b[${counted(count)}M`;
  pen.begin(`${out}${atRow(put)}\u001b[${counted(count)}L`, put);
}

/** Feeds lines at the edge of a region of the rows; leaves the cursor at the top left. */
function codesAtEdges({ bottom, top, up }: MovedBlock): string {
  const edge = atRow(up > 0 ? bottom : top);
  const feeds = (up > 0 ? "\n" : "\u001bM").repeat(Math.abs(up));
  return `\u001b[${top + 1};${bottom + 1}r${edge}${feeds}\u001b[r`;
}

/** Remembers the cells of the screen, and tells what must be written to make them another frame. */
export class FrameWriter {
  readonly #traits: Traits;
  /** Undefined: nothing is known of the screen. */
  #screen: Screen | undefined;

  constructor(traits: Traits) {
    this.#traits = traits;
  }

  /** The next frame is written whole. */
  forget(): void {
    this.#screen = undefined;
  }

  /** Escape codes and text that make `frame` of a screen of that size; empty where it shows it already. */
  update(frame: string, { columns, rows }: ScreenSize): string {
    const lines = frame.split("\n", rows);
    const isSame = this.#screen?.columns === columns && this.#screen.rows === rows;
    const before = isSame ? (this.#screen?.cells ?? []) : undefined;
    const after = Array.from({ length: rows }, (_, row) => {
      const line = lines[row] ?? "";
      const known = before?.[row];
      return known?.source === line ? known : readRow(line, columns);
    });
    this.#screen = { columns, rows, cells: after };
    const update = before ? this.#changes(before, after, columns) : this.#whole(after, columns);
    return this.#traits.synchronises && update.length > leastSynchronised
      ? `${beginSynchronised}${update}${endSynchronised}`
      : update;
  }

  #whole(after: readonly CellRow[], columns: number): string {
    const pen = this.#pen(columns);
    pen.begin(startAfresh, 0);
    return this.#finish(pen, [], after);
  }

  #changes(
    before: readonly (CellRow | undefined)[],
    after: readonly CellRow[],
    columns: number,
  ): string {
    if (after.every((row, index) => row === before[index])) return "";
    const still = this.#finish(this.#pen(columns), before, after);
    const block = this.#blockToMove(before, after);
    if (!block) return still;
    const pen = this.#pen(columns);
    this.#move(pen, block);
    const moving = this.#finish(pen, afterMove(before, block), after);
    return moving.length < still.length ? moving : still;
  }

  #finish(pen: Pen, before: readonly (CellRow | undefined)[], after: readonly CellRow[]): string {
    const write = (index: number) => {
      const row = after[index];
      if (row && row !== before[index]) changeRow(pen, index, before[index], row);
    };
    // Where the pen stands nothing is spent on leading it there.
    const { row: here } = pen;
    if (here !== undefined) write(here);
    for (const index of after.keys()) if (index !== here) write(index);
    pen.change(plainLook);
    return pen.written;
  }

  #blockToMove(
    before: readonly (CellRow | undefined)[],
    after: readonly CellRow[],
  ): MovedBlock | undefined {
    if (this.#traits.moves === "never") return undefined;
    const changed = after.filter((row, index) => row !== before[index]).length;
    if (changed < 3) return undefined;
    return movedBlock(
      before.map((row) => row?.source ?? ""),
      after.map(({ source }) => source),
    );
  }

  #pen(columns: number): Pen {
    return new Pen(columns, this.#traits.hasColumnCode);
  }

  #move(pen: Pen, block: MovedBlock): void {
    if (this.#traits.moves === "by-lines") moveByLines(pen, block);
    else pen.begin(codesAtEdges(block), 0);
  }
}
