import type { StoreApi } from "zustand/vanilla";
import { type PreviewPlace, placeBeside } from "../../selectors/preview.ts";
import { currentPlace } from "../../selectors/table.ts";
import { placeKey } from "../../state/place.ts";
import type { State } from "../../state/state.ts";

/** Rows that the cursor leaves sooner are not fetched. */
const restMs = 200;
const mostKept = 8;

interface Runs {
  /** Resolves when the preview is ready, has failed or is no longer wanted. */
  begin(place: PreviewPlace): Promise<void>;
  isReady(place: PreviewPlace): boolean;
}

interface PreviewBeside {
  /** Shows the preview of the row under the cursor once it rests there. */
  follow(state: State): void;
  /** True for the preview that is wanted, and for the last ones as long as their list is on the path. */
  keeps(key: string): boolean;
}

export function previewBeside(store: StoreApi<State>, { begin, isReady }: Runs): PreviewBeside {
  let wanted: string | undefined;
  let resting: NodeJS.Timeout | undefined;
  /** The key of the list of each preview, the last shown preview at the end. */
  const kept = new Map<string, string>();

  function keep(key: string): void {
    kept.delete(key);
    kept.set(key, placeKey(currentPlace(store.getState())));
    for (const oldest of kept.keys()) {
      if (kept.size <= mostKept) return;
      kept.delete(oldest);
    }
  }

  async function show(place: PreviewPlace, key: string): Promise<void> {
    if (!isReady(place)) await begin(place);
    if (wanted !== key) return;
    if (isReady(place)) keep(key);
    store.setState({ besideShown: place });
  }

  function hide(): void {
    if (store.getState().besideShown) store.setState({ besideShown: undefined });
  }

  return {
    follow(state) {
      if (kept.size > 0) {
        const onPath = new Set(state.places.map(placeKey));
        for (const [key, list] of kept) if (!onPath.has(list)) kept.delete(key);
      }
      const place = placeBeside(state);
      const key = place && placeKey(place);
      if (key === wanted) return;
      wanted = key;
      clearTimeout(resting);
      resting = setTimeout(() => (place && key ? void show(place, key) : hide()), restMs);
      resting.unref();
    },
    keeps: (key) => key === wanted || kept.has(key),
  };
}
