import { readableCount } from "../../domain/readable.ts";
import {
  currentPreview,
  currentRow,
  previewCursor,
  treeHeight,
  treeOf,
  treeRows,
} from "../../store/selectors/preview.ts";
import type { State } from "../../store/state/state.ts";
import { previewMessage } from "../screens/preview-message.ts";

/** The record under the cursor of a preview, or why there is none; of a tree the lines that a screen would show. */
export function previewText(state: State): string {
  const preview = currentPreview(state);
  if (!preview) return "";
  const row = currentRow(state);
  if (!row) {
    const texts = (previewMessage(preview) ?? []).map(({ text }) => text);
    return texts.filter((text) => text !== "").join(" ");
  }
  if (preview.tree) {
    const { top } = preview.tree;
    const lines = treeRows(treeOf(row, preview), state.viewport.columns);
    const shown = lines.slice(top, top + treeHeight(state));
    const texts = shown.map(({ label, value }) => `${label.trim()} ${value}`.trim());
    return [`Record ${readableCount(row.number)}`, ...texts].join("\n");
  }
  const cells = row.cells.flatMap((cell, index) =>
    cell === "" ? [] : [`${preview.columns[index]?.name ?? ""} ${cell}`.trim()],
  );
  const { index } = previewCursor(state, preview);
  return `${readableCount(index + 1)} of ${readableCount(preview.rows.length)}: ${cells.join(", ")}`;
}
