import type { ListView } from "./list-view.ts";

/** How a person looks at a place; it is there again when they come back. */
export interface PlaceView {
  list: ListView;
  filter: string;
  /** The filter that was ended last; "/" offers it again. */
  endedFilter?: string;
  marks: ReadonlySet<string>;
  /** File sets: only the newest Init and the Deltas after it are shown. */
  newestOnly?: boolean;
  /** Row from which a range of marks reaches to the cursor. */
  rangeFrom?: string;
  /** The marks that were taken away last; they can be had back. */
  lastMarks?: ReadonlySet<string>;
}
