import { type CellRow, readRow } from "./cell-row.ts";
import { plainLook } from "./looks.ts";
import { type MovedBlock, movedBlock } from "./moved-block.ts";
import { Pen } from "./pen.ts";
import { changeRow } from "./row-changes.ts";
import type { Traits } from "./traits.ts";

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
    const pen = new Pen(columns);
    pen.home(startAfresh);
    return this.#finish(pen, [], after);
  }

  #changes(
    before: readonly (CellRow | undefined)[],
    after: readonly CellRow[],
    columns: number,
  ): string {
    if (after.every((row, index) => row === before[index])) return "";
    const still = this.#finish(new Pen(columns), before, after);
    const block = this.#blockToMove(before, after);
    if (!block) return still;
    const pen = new Pen(columns);
    pen.home(this.#moveCodes(block));
    const moving = this.#finish(pen, afterMove(before, block), after);
    return moving.length < still.length ? moving : still;
  }

  #finish(pen: Pen, before: readonly (CellRow | undefined)[], after: readonly CellRow[]): string {
    after.forEach((row, index) => {
      if (row !== before[index]) changeRow(pen, index, before[index], row);
    });
    pen.change(plainLook);
    return pen.written;
  }

  #blockToMove(
    before: readonly (CellRow | undefined)[],
    after: readonly CellRow[],
  ): MovedBlock | undefined {
    if (this.#traits.scrolls === "never") return undefined;
    const changed = after.filter((row, index) => row !== before[index]).length;
    if (changed < 3) return undefined;
    return movedBlock(
      before.map((row) => row?.source ?? ""),
      after.map(({ source }) => source),
    );
  }

  #moveCodes({ bottom, top, up }: MovedBlock): string {
    const region = `\u001b[${top + 1};${bottom + 1}r`;
    const count = Math.abs(up);
    if (this.#traits.scrolls === "by-code") {
      return `${region}\u001b[${count === 1 ? "" : count}${up > 0 ? "S" : "T"}\u001b[r`;
    }
    const edge = `\u001b[${(up > 0 ? bottom : top) + 1}H`;
    return `${region}${edge}${(up > 0 ? "\n" : "\u001bM").repeat(count)}\u001b[r`;
  }
}
