import type { StoreApi } from "zustand/vanilla";
import {
  currentRecord,
  type PreviewPlace,
  previewCursor,
  previewHeight,
  previewRows,
  readyPreview,
  treeHeight,
  treeOf,
  treeRows,
} from "../selectors/preview.ts";
import { currentPlace } from "../selectors/table.ts";
import { at, type Move, moved, scrolled } from "../state/list-view.ts";
import type { ReadyPreview } from "../state/preview.ts";
import type { State } from "../state/state.ts";

export type PreviewChange = Partial<Omit<ReadyPreview, "phase">>;

export interface PreviewReading {
  begin(place: PreviewPlace): Promise<void>;
  change(place: PreviewPlace, changes: PreviewChange): void;
  enter(place: PreviewPlace): void;
  leavePlace(place: PreviewPlace): void;
  readMore(place: PreviewPlace): void;
}

/** Reading follows the cursor. */
export function previewMoves(store: StoreApi<State>, reading: PreviewReading) {
  const { begin, change, enter, leavePlace, readMore } = reading;

  function here(work: (place: PreviewPlace, preview: ReadyPreview, state: State) => void): void {
    const state = store.getState();
    const place = currentPlace(state);
    const preview = readyPreview(state);
    if (place.kind === "preview" && preview) work(place, preview, state);
  }

  function follow(place: PreviewPlace): void {
    const state = store.getState();
    const preview = readyPreview(state);
    if (!preview) return;
    const { index } = previewCursor(state, preview);
    if (preview.rows.length - index <= 2 * previewHeight(state)) readMore(place);
  }

  function moveInPreview(step: Move): void {
    here((place, preview, state) => {
      const row = currentRecord(state);
      if (preview.tree && row) {
        const lines = treeRows(treeOf(row, preview), state.viewport.columns).length;
        const top = scrolled(preview.tree.top, step, lines, treeHeight(state));
        change(place, { tree: { top } });
        return;
      }
      const list = moved(preview.list, step, previewRows(preview), previewHeight(state));
      change(place, { list });
      follow(place);
    });
  }

  function moveToRecord(index: number): void {
    here((place, preview, state) => {
      const list = at(previewRows(preview), index, index - previewCursor(state, preview).top);
      change(place, { list });
      follow(place);
    });
  }

  function shiftPreview(by: 1 | -1): void {
    here((place, { shift }) => change(place, { shift: Math.max(0, shift + by) }));
  }

  function stepRecord(step: "up" | "down"): void {
    here((place, preview, state) => {
      const list = moved(preview.list, step, previewRows(preview), previewHeight(state));
      change(place, { list, tree: { top: 0 } });
      follow(place);
    });
  }

  /** Opens a record as a tree, or a zip entry as its own preview. */
  function openRecord(): void {
    here((place, { file }, state) => {
      const entry = currentRecord(state)?.entry;
      if (entry === undefined) change(place, { tree: { top: 0 } });
      else enter({ ...place, file, entry });
    });
  }

  function toggleTree(): void {
    here((place, { tree }) => change(place, { tree: tree ? undefined : { top: 0 } }));
  }

  function backInPreview(): void {
    const state = store.getState();
    const place = currentPlace(state);
    if (place.kind !== "preview") return;
    if (readyPreview(state)?.tree) change(place, { tree: undefined });
    else leavePlace(place);
  }

  function reloadPreview(): void {
    const place = currentPlace(store.getState());
    if (place.kind === "preview") void begin(place);
  }

  return {
    moveInPreview,
    moveToRecord,
    shiftPreview,
    stepRecord,
    openRecord,
    toggleTree,
    backInPreview,
    reloadPreview,
  };
}
