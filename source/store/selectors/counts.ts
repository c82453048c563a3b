import type { TablePlace } from "../state/place.ts";
import type { Entry } from "../state/row.ts";
import type { State } from "../state/state.ts";
import { cursorIn, rowsOf } from "./table.ts";

export interface Counts {
  /** Rows up to the cursor, its own included. */
  row: number;
  shown: number;
  /** Without the filter. */
  all: number;
}

function withoutGaps(entries: readonly Entry[]): number {
  return entries.reduce((count, { kind }) => (kind === "gap" ? count : count + 1), 0);
}

/** The rows of `place` as people count them: a gap is none. */
export function countsOf(state: State, place: TablePlace): Counts {
  const { entries, unfiltered } = rowsOf(state, place);
  const upToCursor = cursorIn(state, place).index + 1;
  if (place.kind !== "file-sets")
    return { row: upToCursor, shown: entries.length, all: unfiltered };
  return {
    row: withoutGaps(entries.slice(0, upToCursor)),
    shown: withoutGaps(entries),
    all: unfiltered,
  };
}
