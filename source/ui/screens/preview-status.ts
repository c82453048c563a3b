import { readableCount } from "../../domain/readable.ts";
import { currentPreview, previewCursor } from "../../store/selectors/preview.ts";
import type { State } from "../../store/state/state.ts";
import type { Span } from "../theme.ts";

/** What a preview waits for, in words; undefined when it does not. */
export function waitingInPreview(state: State): string | undefined {
  const preview = currentPreview(state);
  if (!preview?.isReading) return undefined;
  if (preview.phase === "ready") return "Reading on";
  return preview.file ? "Reading the beginning of the file" : "Looking for the first file";
}

/** Why a preview is over before the file is. */
export function standingInPreview(state: State): Span[] {
  const preview = currentPreview(state);
  if (!preview || preview.phase === "failed") return [];
  if (preview.error) {
    return [{ text: `! r reads it again. ${preview.error.message}`, tone: "bad" }];
  }
  const ending = preview.format === "binary" ? "Binary data has no records to show." : "";
  return [{ text: preview.ending ?? ending, tone: "warning" }];
}

/** "3/200 records so far": the record under the cursor, and how many were read. */
export function recordPosition(state: State): string {
  const preview = currentPreview(state);
  if (!preview || preview.rows.length === 0 || preview.format === "binary") return "";
  const isOne = preview.rows.length === 1;
  const records = `${isOne ? "record" : "records"}${preview.isOver ? "" : " so far"}`;
  const words = preview.format !== "zip" ? records : isOne ? "entry" : "entries";
  const row = readableCount(previewCursor(state, preview).index + 1);
  return `${row}/${readableCount(preview.rows.length)} ${words}`;
}
