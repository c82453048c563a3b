import type { ReactNode } from "react";
import { readableCount } from "../../domain/readable.ts";
import {
  currentPreview,
  currentRecord,
  labelCells,
  placedColumns,
  previewCursor,
  previewHeight,
  treeHeight,
  treeOf,
  treeRows,
} from "../../store/selectors/preview.ts";
import type { PreviewRow, ReadyPreview } from "../../store/state/preview.ts";
import { useProgramState } from "../program-context.ts";
import { fitSpans, spreadSpans } from "../spans.ts";
import { Line, Lines, Message, RowLine } from "../widgets.tsx";
import {
  previewMessage,
  previewTitles,
  readSpans,
  recordSpans,
  treeSpans,
} from "./preview-lines.ts";

function RecordTree({ preview, row }: { preview: ReadyPreview; row: PreviewRow }): ReactNode {
  const state = useProgramState((all) => all);
  const { columns } = state.viewport;
  const lines = treeOf(row, preview);
  const rows = treeRows(lines, columns);
  const labels = labelCells(lines, columns);
  const height = treeHeight(state);
  const top = Math.max(0, Math.min(preview.tree?.top ?? 0, rows.length - height));
  const shown = rows.slice(top, top + height);
  const below = rows.length - top - shown.length;
  const more = below > 0 ? `${readableCount(below)} more below ` : "";
  const title = { text: `   Record ${readableCount(row.number)}`, tone: "strong" } as const;
  return (
    <>
      <Line spans={spreadSpans([title], [{ text: more, tone: "muted" }], columns)} />
      <Lines lines={shown.map((line) => fitSpans(treeSpans(line, labels), columns))} first={top} />
    </>
  );
}

export function PreviewScreen(): ReactNode {
  const state = useProgramState((all) => all);
  const preview = currentPreview(state);
  if (!preview) return null;
  const message = previewMessage(preview);
  const { columns } = state.viewport;
  if (message || preview.phase !== "ready") {
    return (
      <>
        <Line spans={readSpans(preview, columns)} />
        <Message paragraphs={message ?? []} />
      </>
    );
  }
  const row = currentRecord(state);
  if (preview.tree && row) return <RecordTree preview={preview} row={row} />;
  const { index, top } = previewCursor(state, preview);
  const placed = placedColumns(preview, columns);
  return (
    <>
      <Line spans={readSpans(preview, columns)} />
      <Line spans={fitSpans(previewTitles(preview, columns), columns)} />
      {preview.rows.slice(top, top + previewHeight(state)).map((record, line) => {
        const spans = recordSpans(record, preview, placed, columns);
        const isCursor = top + line === index;
        return <RowLine key={record.number} spans={spans} isCursor={isCursor} cells={columns} />;
      })}
    </>
  );
}
