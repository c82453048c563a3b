import type { ReactNode } from "react";
import { readableCount } from "../../domain/readable.ts";
import {
  currentPreview,
  placedColumns,
  previewCursor,
  previewHeight,
} from "../../store/selectors/preview.ts";
import { searchPhraseOf } from "../../store/selectors/preview-search.ts";
import { type OpenRecord, openRecordOf, treeHeight } from "../../store/selectors/preview-tree.ts";
import { useProgramState } from "../program-context.ts";
import { fitSpans, spreadSpans } from "../spans.ts";
import { Line, Message, RowLine } from "../widgets.tsx";
import {
  previewMessage,
  previewTitles,
  readSpans,
  recordSpans,
  treeSpans,
} from "./preview-lines.ts";

function RecordTree({ record }: { record: OpenRecord }): ReactNode {
  const state = useProgramState((all) => all);
  const { columns } = state.viewport;
  const { cursor, row, rows } = record;
  const phrase = searchPhraseOf(state);
  const shown = rows.all.slice(cursor.top, cursor.top + treeHeight(state));
  const below = rows.length - cursor.top - shown.length;
  const more = below > 0 ? `${readableCount(below)} more below ` : "";
  const title = { text: `   Record ${readableCount(row.number)}`, tone: "strong" } as const;
  return (
    <>
      <Line spans={spreadSpans([title], [{ text: more, tone: "muted" }], columns)} />
      {shown.map((one, index) => {
        const spans = spreadSpans(treeSpans(one, rows.labelCells, phrase), [], columns);
        const at = cursor.top + index;
        return <RowLine key={at} spans={spans} isCursor={at === cursor.index} cells={columns} />;
      })}
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
  const open = openRecordOf(state);
  if (open) return <RecordTree record={open} />;
  const { index, top } = previewCursor(state, preview);
  const look = { placed: placedColumns(preview, columns), phrase: searchPhraseOf(state) };
  return (
    <>
      <Line spans={readSpans(preview, columns)} />
      <Line spans={fitSpans(previewTitles(preview, columns), columns)} />
      {preview.rows.slice(top, top + previewHeight(state)).map((record, line) => {
        const spans = recordSpans(record, preview, look, columns);
        const isCursor = top + line === index;
        return <RowLine key={record.number} spans={spans} isCursor={isCursor} cells={columns} />;
      })}
    </>
  );
}
