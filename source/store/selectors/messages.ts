import { wrapCells } from "../../text/cells.ts";
import type { Level } from "../state/notice.ts";
import type { State } from "../state/state.ts";

/** One line of what was told; the time and the level are on the first line of each. */
export interface ToldLine {
  time: string;
  level: Level;
  text: string;
}

const twoDigits = (count: number) => String(count).padStart(2, "0");

/** Local time to the second: "14:03:09". */
function clockTime(atMs: number): string {
  const at = new Date(atMs);
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map(twoDigits).join(":");
}

/** Cells that the time and the level take at the beginning of a line. */
const toldCells = 22;

/** Everything that was told, the newest first, in lines for the screen. */
export function toldLines({ told, viewport }: State): ToldLine[] {
  return told.toReversed().flatMap(({ atMs, level, text }) =>
    wrapCells(text, Math.max(10, viewport.columns - toldCells - 1)).map((line, index) => ({
      time: index === 0 ? clockTime(atMs) : "",
      level,
      text: line,
    })),
  );
}
