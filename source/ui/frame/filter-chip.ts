import { readableCount } from "../../domain/readable.ts";
import { countsOf } from "../../store/selectors/counts.ts";
import { currentPlace, filterOf } from "../../store/selectors/table.ts";
import { isTable } from "../../store/state/place.ts";
import type { State } from "../../store/state/state.ts";
import { cellWidth, truncateMiddle } from "../../text/cells.ts";
import type { Span } from "../theme.ts";

const gap = "  ";

/**
 * What says on every screen of rows that some are hidden: "filter: abc (12 of 4,310)", in at most `cells`
 * cells; empty where no filter counts.
 */
export function filterChip(state: State, cells: number): Span[] {
  const place = currentPlace(state);
  if (state.session.phase !== "signed-in" || state.overlay || !isTable(place)) return [];
  const filter = filterOf(state, place).trim();
  if (filter === "") return [];
  const counts = countsOf(state, place);
  const [shown, all] = [readableCount(counts.shown), readableCount(counts.all)];
  const long = `${gap}filter: ${filter} (${shown} of ${all})`;
  if (cellWidth(long) <= cells) return [{ text: long, tone: "accent" }];
  const short = ` ${shown}/${all}`;
  const room = Math.max(3, cells - gap.length - 1 - short.length);
  return [{ text: `${gap}/${truncateMiddle(filter, room)}${short}`, tone: "accent" }];
}
