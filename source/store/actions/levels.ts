import type { Place } from "../place.ts";
import { currentPlace } from "../selectors/table.ts";
import type { ActionContext } from "./context.ts";

/** The levels of the path, in order; their keys are 1 to 4. */
export const levels = ["bucket", "packages", "file-sets", "files"] as const;

export type Level = (typeof levels)[number];

/** Goes back along the path to a level of it. */
export function levelActions(
  { store }: ActionContext,
  { leavePlace }: { leavePlace: (place: Place) => void },
) {
  function toLevel(level: Level): void {
    while (currentPlace(store.getState()).kind !== level) {
      const { places } = store.getState();
      if (places.length <= 1) return;
      leavePlace(currentPlace(store.getState()));
    }
  }

  return { toLevel };
}
