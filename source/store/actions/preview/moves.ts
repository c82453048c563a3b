import type { StoreApi } from "zustand/vanilla";
import {
  currentRecord,
  firstScrolled,
  previewCursor,
  previewHeight,
  previewRows,
  readyPreview,
} from "../../selectors/preview.ts";
import { openRecordOf, treeHeight } from "../../selectors/preview-tree.ts";
import { currentPlace } from "../../selectors/table.ts";
import { at, atTheTop, type Move, moved } from "../../state/list-view.ts";
import type { State } from "../../state/state.ts";
import type { PlaceActions } from "../navigate.ts";
import type { PreviewReading } from "./reading.ts";

/** Reading follows the cursor. */
export function previewMoves(
  store: StoreApi<State>,
  { begin, change, enter, readAhead, withPreview }: PreviewReading,
  { leavePlace }: PlaceActions,
  onOpened: () => void,
) {
  function stepRecord(step: Move): void {
    withPreview((place, preview, state) => {
      const list = moved(preview.list, step, previewRows(preview), previewHeight(state));
      change(place, { list });
      readAhead(place);
    });
  }

  /** Moves in the open record, or else from record to record. */
  function moveInPreview(step: Move): void {
    withPreview((place, { tree }, state) => {
      const record = openRecordOf(state);
      if (!tree || !record) stepRecord(step);
      else change(place, { tree: moved(tree, step, record.rows, treeHeight(state)) });
    });
  }

  function moveToRecord(index: number): void {
    withPreview((place, preview, state) => {
      const list = at(previewRows(preview), index, index - previewCursor(state, preview).top);
      change(place, { list });
      readAhead(place);
    });
  }

  function shiftPreview(by: 1 | -1): void {
    withPreview((place, preview) => {
      change(place, { shift: Math.max(0, firstScrolled(preview) + by) });
    });
  }

  function toggleFrozen(): void {
    withPreview((place, { frozen }) => change(place, { frozen: !frozen }));
  }

  /** Opens a record as a tree, or a zip entry as its own preview. */
  function openRecord(): void {
    withPreview((place, { file }, state) => {
      const entry = currentRecord(state)?.entry;
      if (entry === undefined) toggleTree();
      else enter({ ...place, file, entry });
    });
  }

  function toggleTree(): void {
    withPreview((place, { tree }) => change(place, { tree: tree ? undefined : atTheTop }));
    onOpened();
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
    toggleFrozen,
    stepRecord,
    openRecord,
    toggleTree,
    backInPreview,
    reloadPreview,
  };
}
