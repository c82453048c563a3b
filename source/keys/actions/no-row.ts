import { currentEntry, currentPlace, rowsOf } from "../../store/selectors/table.ts";
import { isListed, isTable, placeKey, rowWords } from "../../store/state/place.ts";
import type { State } from "../../store/state/state.ts";

/** Why nothing can be done with the row under the cursor: there is none. */
export function noRow(state: State): string | undefined {
  const place = currentPlace(state);
  if (place.kind === "preview" && !currentEntry(state)) return "the file is not known yet";
  if (!isTable(place) || rowsOf(state, place).length > 0) return undefined;
  if (isListed(place) && state.listings[placeKey(place)]?.phase === "loading") {
    return "the list is still loading";
  }
  return `there is no ${rowWords[place.kind][0]} here`;
}

/** Why there is nothing of the service's under the cursor: no row, or one that stands for what is missing. */
export function noItem(state: State): string | undefined {
  return currentEntry(state)?.kind === "gap" ? "this row is what is missing" : noRow(state);
}
