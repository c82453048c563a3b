import type { StoreApi } from "zustand/vanilla";
import type { TreeLine } from "../../../domain/json-tree.ts";
import { openRecordOf, treeHeight, treeRowsOf } from "../../selectors/preview-tree.ts";
import { at } from "../../state/list-view.ts";
import type { State } from "../../state/state.ts";
import type { PreviewReading } from "./reading.ts";

/** Folds hold for the same fields of all records. */
export function previewFolds(store: StoreApi<State>, { change, withPreview }: PreviewReading) {
  /** Puts the cursor on the line, on the row that `isWanted` if there is one, and scrolls only if it must. */
  function showLine(
    line: TreeLine,
    folds: ReadonlySet<string>,
    isWanted: (text: string) => boolean = () => true,
  ): void {
    withPreview((place, preview, state) => {
      const record = openRecordOf(state);
      if (!record) return;
      const rows = treeRowsOf(record.row, { ...preview, folds }, state.viewport.columns);
      const first = rows.all.findIndex((row) => row.line === line);
      const wanted = rows.all.findIndex(
        (row) => row.line === line && (isWanted(row.label) || isWanted(row.value)),
      );
      const index = wanted < 0 ? first : wanted;
      const offset = index - record.cursor.top;
      const isVisible = offset >= 0 && offset < treeHeight(state);
      const middle = Math.floor(treeHeight(state) / 2);
      change(place, { folds, tree: at(rows, index, isVisible ? offset : middle) });
    });
  }

  function moveToLine(line: TreeLine): void {
    withPreview((_, { folds }) => showLine(line, folds));
  }

  /** Folds or unfolds the field, and puts the cursor on it. */
  function toggleFold(line: TreeLine): void {
    withPreview((_, preview) => {
      const folds = new Set(preview.folds);
      if (!folds.delete(line.path)) folds.add(line.path);
      showLine(line, folds);
    });
  }

  /** Folds every object and list of the record, or unfolds all if all are folded. */
  function toggleAllFolds(): void {
    withPreview((_, preview) => {
      const record = openRecordOf(store.getState());
      if (!record?.current) return;
      const { current, lines } = record;
      const paths = lines.filter(({ value }) => value === undefined).map(({ path }) => path);
      const isFolded = paths.every((path) => preview.folds.has(path));
      const folds = isFolded ? new Set<string>() : new Set([...preview.folds, ...paths]);
      const upToCursor = lines.slice(0, lines.indexOf(current.line) + 1);
      const outermost = upToCursor.findLast(({ depth }) => depth === 0);
      showLine(isFolded || !outermost ? current.line : outermost, folds);
    });
  }

  /** Unfolds whatever hides the line, and puts the cursor on its first row that `isWanted`. */
  function revealLine(line: TreeLine, isWanted: (text: string) => boolean): void {
    withPreview((_, preview) => {
      const lines = openRecordOf(store.getState())?.lines ?? [];
      const folds = new Set(preview.folds);
      // An object shows its name when it is folded, but a long text hides its end.
      if (line.value !== undefined) folds.delete(line.path);
      let { depth } = line;
      for (const one of lines.slice(0, lines.indexOf(line)).toReversed()) {
        if (one.depth >= depth) continue;
        folds.delete(one.path);
        depth = one.depth;
      }
      showLine(line, folds, isWanted);
    });
  }

  return { moveToLine, toggleFold, toggleAllFolds, revealLine };
}

export type PreviewFolds = ReturnType<typeof previewFolds>;
