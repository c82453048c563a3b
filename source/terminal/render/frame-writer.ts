import type { Capabilities } from "../capabilities.ts";
import { TerminalCursor } from "./cursor.ts";
import { detectScroll, type Scroll, writeRowDiff } from "./frame-diff.ts";
import { plainStyle, readScreenRow, type ScreenRow } from "./screen-row.ts";

const beginSynchronised = "\u001b[?2026h";
const endSynchronised = "\u001b[?2026l";
/** Resets style and region and clears the screen, but keeps the user's scrollback. */
const resetScreen = "\u001b[m\u001b[r\u001b[H\u001b[J";
/** Shorter updates are drawn too fast to be seen half-done. */
const leastSynchronised = 400;

export interface ScreenSize {
  columns: number;
  rows: number;
}

interface Screen extends ScreenSize {
  cells: readonly (ScreenRow | undefined)[];
}

/** Newly exposed rows are undefined. */
function afterScroll(
  cells: readonly (ScreenRow | undefined)[],
  { bottom, top, up }: Scroll,
): (ScreenRow | undefined)[] {
  return cells.map((row, index) => {
    if (index < top || index > bottom) return row;
    const from = index + up;
    return from < top || from > bottom ? undefined : cells[from];
  });
}

const atRow = (row: number) => (row === 0 ? "\u001b[H" : `\u001b[${row + 1}H`);
const counted = (count: number) => (count === 1 ? "" : String(count));

/** Deletes lines at one edge and inserts as many at the other, without setting a scroll region. */
function scrollByLines(cursor: TerminalCursor, { bottom, top, up }: Scroll): void {
  const count = Math.abs(up);
  const lowest = bottom - count + 1;
  const [taken, put] = up > 0 ? [top, lowest] : [lowest, top];
  const out = `${atRow(taken)}\u001b[${counted(count)}M`;
  cursor.begin(`${out}${atRow(put)}\u001b[${counted(count)}L`, put);
}

/** Leaves the cursor at the top left. */
function scrollCodesAtEdges({ bottom, top, up }: Scroll): string {
  const edge = atRow(up > 0 ? bottom : top);
  const feeds = (up > 0 ? "\n" : "\u001bM").repeat(Math.abs(up));
  return `\u001b[${top + 1};${bottom + 1}r${edge}${feeds}\u001b[r`;
}

/** Remembers the screen and computes the codes that turn it into the next frame. */
export class FrameWriter {
  readonly #capabilities: Capabilities;
  /** Undefined if the screen's content is unknown. */
  #screen: Screen | undefined;

  constructor(capabilities: Capabilities) {
    this.#capabilities = capabilities;
  }

  forget(): void {
    this.#screen = undefined;
  }

  /** Returns an empty string if the screen already shows `frame`. */
  update(frame: string, { columns, rows }: ScreenSize): string {
    const lines = frame.split("\n", rows);
    const isSame = this.#screen?.columns === columns && this.#screen.rows === rows;
    const before = isSame ? (this.#screen?.cells ?? []) : undefined;
    const after = Array.from({ length: rows }, (_, row) => {
      const line = lines[row] ?? "";
      const shown = before?.[row];
      return shown?.source === line ? shown : readScreenRow(line, columns);
    });
    this.#screen = { columns, rows, cells: after };
    const update = before ? this.#changes(before, after, columns) : this.#whole(after, columns);
    return this.#capabilities.synchronises && update.length > leastSynchronised
      ? `${beginSynchronised}${update}${endSynchronised}`
      : update;
  }

  #whole(after: readonly ScreenRow[], columns: number): string {
    const cursor = this.#cursor(columns);
    cursor.begin(resetScreen, 0);
    return this.#finish(cursor, [], after);
  }

  #changes(
    before: readonly (ScreenRow | undefined)[],
    after: readonly ScreenRow[],
    columns: number,
  ): string {
    if (after.every((row, index) => row === before[index])) return "";
    const still = this.#finish(this.#cursor(columns), before, after);
    const scroll = this.#scrollBetween(before, after);
    if (!scroll) return still;
    const cursor = this.#cursor(columns);
    this.#scroll(cursor, scroll);
    const scrolling = this.#finish(cursor, afterScroll(before, scroll), after);
    return scrolling.length < still.length ? scrolling : still;
  }

  #finish(
    cursor: TerminalCursor,
    before: readonly (ScreenRow | undefined)[],
    after: readonly ScreenRow[],
  ): string {
    const write = (index: number) => {
      const row = after[index];
      if (row && row !== before[index]) {
        writeRowDiff(cursor, index, before[index], row, this.#capabilities);
      }
    };
    // Start with the cursor's row, which needs no code to reach.
    const { row: here } = cursor;
    if (here !== undefined) write(here);
    for (const index of after.keys()) if (index !== here) write(index);
    cursor.change(plainStyle);
    return cursor.written;
  }

  #scrollBetween(
    before: readonly (ScreenRow | undefined)[],
    after: readonly ScreenRow[],
  ): Scroll | undefined {
    if (this.#capabilities.scrolls === "never") return undefined;
    const changed = after.filter((row, index) => row !== before[index]).length;
    if (changed < 3) return undefined;
    return detectScroll(
      before.map((row) => row?.source ?? ""),
      after.map(({ source }) => source),
    );
  }

  #cursor(columns: number): TerminalCursor {
    return new TerminalCursor(columns, this.#capabilities.hasColumnCode);
  }

  #scroll(cursor: TerminalCursor, scroll: Scroll): void {
    if (this.#capabilities.scrolls === "by-lines") scrollByLines(cursor, scroll);
    else cursor.begin(scrollCodesAtEdges(scroll), 0);
  }
}
