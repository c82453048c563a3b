/**
 * Where the cursor is in a list. It holds on to a row's id, so the row stays under the cursor, and on
 * its screen line, while rows come in around it. Before the first move there is no id: the cursor is on
 * whatever comes first.
 */
export interface ListView {
  cursorId?: string;
  /** Where the cursor's row was last: what counts when the row is gone. */
  index: number;
  /** Rows between the top of the screen and the cursor. */
  offset: number;
}

export const atTheTop: ListView = { index: 0, offset: 0 };

export type Move =
  | "up"
  | "down"
  | "page-up"
  | "page-down"
  | "half-up"
  | "half-down"
  | "first"
  | "last";

export interface Rows {
  readonly length: number;
  idAt(index: number): string | undefined;
  indexOf(id: string): number | undefined;
}

export interface Cursor {
  index: number;
  top: number;
}

const clamp = (value: number, low: number, high: number) => Math.max(low, Math.min(high, value));

/** Where the cursor's row is now. Mostly it is where it was, and nobody has to look for it. */
function heldIndex({ cursorId, index }: ListView, rows: Rows): number {
  if (cursorId === undefined) return 0;
  return rows.idAt(index) === cursorId ? index : (rows.indexOf(cursorId) ?? index);
}

/** Cursor row and first row on the screen, for the rows there are and the height there is. */
export function cursorOf(view: ListView, rows: Rows, height: number): Cursor {
  if (rows.length === 0) return { index: -1, top: 0 };
  const held = heldIndex(view, rows);
  const index = clamp(held, 0, rows.length - 1);
  const offset = clamp(view.offset, 0, Math.max(0, height - 1));
  return { index, top: clamp(index - offset, 0, Math.max(0, rows.length - height)) };
}

function steps(move: Move, height: number): number {
  const page = Math.max(1, height - 1);
  const half = Math.max(1, Math.floor(height / 2));
  switch (move) {
    case "up":
      return -1;
    case "down":
      return 1;
    case "page-up":
      return -page;
    case "page-down":
      return page;
    case "half-up":
      return -half;
    case "half-down":
      return half;
    case "first":
      return Number.NEGATIVE_INFINITY;
    case "last":
      return Number.POSITIVE_INFINITY;
  }
}

/** The view after a move. Pages scroll the screen with the cursor; single steps only at its edges. */
export function moved(view: ListView, move: Move, rows: Rows, height: number): ListView {
  const { index, top } = cursorOf(view, rows, height);
  if (index < 0) return view;
  const next = clamp(index + steps(move, height), 0, rows.length - 1);
  const scrolls = move !== "up" && move !== "down";
  const wanted = scrolls ? top + (next - index) : top;
  const lowest = Math.max(0, next - Math.max(1, height) + 1);
  return at(rows, next, next - clamp(wanted, lowest, next));
}

/** A view with the cursor on the row `index`, `offset` rows below the top of the screen. */
export function at(rows: Rows, index: number, offset: number): ListView {
  const cursorId = rows.idAt(index);
  return cursorId === undefined ? atTheTop : { cursorId, index, offset };
}

/** The first line of a text of `lines` lines after a move; the last line never leaves the bottom. */
export function scrolled(top: number, move: Move, lines: number, height: number): number {
  return clamp(top + steps(move, height), 0, Math.max(0, lines - height));
}
