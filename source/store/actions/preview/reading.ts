import type { StoreApi } from "zustand/vanilla";
import {
  type PreviewPlace,
  previewCursor,
  previewHeight,
  readyPreview,
} from "../../selectors/preview.ts";
import { currentPlace } from "../../selectors/table.ts";
import type { ReadyPreview } from "../../state/preview.ts";
import type { State } from "../../state/state.ts";

export type PreviewChange = Partial<Omit<ReadyPreview, "phase">>;

interface PreviewRuns {
  begin(place: PreviewPlace): Promise<void>;
  change(place: PreviewPlace, changes: PreviewChange): void;
  enter(place: PreviewPlace): void;
  /** Resolves when the next records have arrived, or no more exist. */
  readMore(place: PreviewPlace): Promise<void>;
}

/** What the actions of the preview on the screen share. */
export interface PreviewReading extends PreviewRuns {
  /** Does nothing unless a preview is on the screen. */
  withPreview(work: (place: PreviewPlace, preview: ReadyPreview, state: State) => void): void;
  /** Reads more when the cursor comes near the last record. */
  readAhead(place: PreviewPlace): void;
}

export function previewReading(store: StoreApi<State>, runs: PreviewRuns): PreviewReading {
  return {
    ...runs,
    withPreview(work) {
      const state = store.getState();
      const place = currentPlace(state);
      const preview = readyPreview(state);
      if (place.kind === "preview" && preview) work(place, preview, state);
    },
    readAhead(place) {
      const state = store.getState();
      const preview = readyPreview(state);
      if (!preview) return;
      const { index } = previewCursor(state, preview);
      const isNear = preview.rows.length - index <= 2 * previewHeight(state);
      if (isNear) void runs.readMore(place);
    },
  };
}
