/** The cursor holds a row id, so arriving rows do not move it; before the first move it stays on the first row. */
export interface ListView {
  cursorId?: string;
  /** The last index of the row, used if the row no longer exists. */
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
  | "wheel-up"
  | "wheel-down"
  | "first"
  | "last";

export interface Rows {
  readonly length: number;
  idAt(index: number): string | undefined;
  indexOf(id: string): number | undefined;
}

/** Rows that are few enough to be searched. */
export function rowsOfIds(ids: readonly string[]): Rows {
  return {
    length: ids.length,
    idAt: (index) => ids[index],
    indexOf: (id) => {
      const index = ids.indexOf(id);
      return index < 0 ? undefined : index;
    },
  };
}

export interface Cursor {
  index: number;
  top: number;
}

const clamp = (value: number, low: number, high: number) => Math.max(low, Math.min(high, value));

/** Checks the last index first, because the row rarely moved. */
function heldIndex({ cursorId, index }: ListView, rows: Rows): number {
  if (cursorId === undefined) return 0;
  return rows.idAt(index) === cursorId ? index : (rows.indexOf(cursorId) ?? index);
}

export function cursorOf(view: ListView, rows: Rows, height: number): Cursor {
  if (rows.length === 0) return { index: -1, top: 0 };
  const held = heldIndex(view, rows);
  const index = clamp(held, 0, rows.length - 1);
  const offset = clamp(view.offset, 0, Math.max(0, height - 1));
  return { index, top: clamp(index - offset, 0, Math.max(0, rows.length - height)) };
}

const rowsPerNotch = 3;

function steps(move: Move, height: number): number {
  const page = Math.max(1, height - 1);
  const half = Math.max(1, Math.floor(height / 2));
  switch (move) {
    case "up":
      return -1;
    case "down":
      return 1;
    case "wheel-up":
      return -rowsPerNotch;
    case "wheel-down":
      return rowsPerNotch;
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

/** The cursor stays on its row until the row leaves the screen. */
function wheeled({ index, top }: Cursor, move: Move, rows: Rows, height: number): ListView {
  const next = clamp(top + steps(move, height), 0, Math.max(0, rows.length - height));
  const kept = clamp(index, next, Math.min(next + height, rows.length) - 1);
  return at(rows, kept, kept - next);
}

/** Page moves scroll the screen; single steps scroll only at its edges; the wheel moves the cursor if all rows fit. */
export function moved(view: ListView, move: Move, rows: Rows, height: number): ListView {
  const cursor = cursorOf(view, rows, height);
  const { index, top } = cursor;
  if (index < 0) return view;
  if (move === "wheel-up" || move === "wheel-down") {
    if (rows.length > height) return wheeled(cursor, move, rows, height);
    return moved(view, move === "wheel-up" ? "up" : "down", rows, height);
  }
  const next = clamp(index + steps(move, height), 0, rows.length - 1);
  const scrolls = move !== "up" && move !== "down";
  const wanted = scrolls ? top + (next - index) : top;
  const lowest = Math.max(0, next - Math.max(1, height) + 1);
  return at(rows, next, next - clamp(wanted, lowest, next));
}

/** `offset` is the number of rows between the top of the screen and the cursor. */
export function at(rows: Rows, index: number, offset: number): ListView {
  const cursorId = rows.idAt(index);
  return cursorId === undefined ? atTheTop : { cursorId, index, offset };
}

/** The last line never scrolls above the bottom. */
export function scrolled(top: number, move: Move, lines: number, height: number): number {
  return clamp(top + steps(move, height), 0, Math.max(0, lines - height));
}
