import type { PlacePath } from "../../domain/visit.ts";
import { currentPlace } from "../selectors/table.ts";
import type { Place } from "../state/place.ts";
import type { ActionContext } from "./context.ts";

/** The levels of the path, in order; their keys are 1 to 4. */
export const levels = ["bucket", "packages", "file-sets", "files"] as const;

export type Level = (typeof levels)[number];

interface LevelParts {
  leavePlace: (place: Place) => void;
  /** Opens a bucket from the first screen, and in it the package of that id or name. */
  openNamed: (bucket: string, wanted: string | undefined) => Promise<void>;
}

/** Goes back along the path to a level of it, or to another place altogether. */
export function levelActions({ store }: ActionContext, { leavePlace, openNamed }: LevelParts) {
  function toLevel(level: Level): void {
    while (currentPlace(store.getState()).kind !== level) {
      const { places } = store.getState();
      if (places.length <= 1) return;
      leavePlace(currentPlace(store.getState()));
    }
  }

  function goTo({ bucket, package: wanted }: PlacePath): void {
    toLevel("bucket");
    void openNamed(bucket, wanted);
  }

  return { toLevel, goTo };
}
