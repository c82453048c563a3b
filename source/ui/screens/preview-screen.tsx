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
import { useProgramState, useTheme } from "../program-context.ts";
import { fitSpans, spreadSpans } from "../spans.ts";
import { Line, Message, PaintedLine } from "../widgets.tsx";
import {
  previewMessage,
  previewTitles,
  readSpans,
  recordSpans,
  treeSpans,
} from "./preview-lines.ts";

function RecordTree({ record }: { record: OpenRecord }): ReactNode {
  const state = useProgramState((all) => all);
  const theme = useTheme();
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
        const isCurrent = cursor.top + index === cursor.index;
        const text = isCurrent ? theme.paintCursor(spans) : theme.paint(spans);
        // biome-ignore lint/suspicious/noArrayIndexKey: scrolled rows keep their keys
        return <PaintedLine key={cursor.top + index} text={text} />;
      })}
    </>
  );
}

export function PreviewScreen(): ReactNode {
  const state = useProgramState((all) => all);
  const theme = useTheme();
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
  const record = openRecordOf(state);
  if (record) return <RecordTree record={record} />;
  const { index, top } = previewCursor(state, preview);
  const look = { placed: placedColumns(preview, columns), phrase: searchPhraseOf(state) };
  return (
    <>
      <Line spans={readSpans(preview, columns)} />
      <Line spans={fitSpans(previewTitles(preview, columns), columns)} />
      {preview.rows.slice(top, top + previewHeight(state)).map((row, line) => {
        const spans = recordSpans(row, preview, look, columns);
        const text = top + line === index ? theme.paintCursor(spans) : theme.paint(spans);
        return <PaintedLine key={row.number} text={text} />;
      })}
    </>
  );
}
