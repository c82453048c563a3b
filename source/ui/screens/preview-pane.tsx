import type { ReactNode } from "react";
import { parseFilter } from "../../domain/filter-words.ts";
import { isBesideCurrent, placedColumns, shownBeside } from "../../store/selectors/preview.ts";
import { currentPlace, currentRow } from "../../store/selectors/table.ts";
import type { PreviewSlice } from "../../store/state/preview.ts";
import { isPending } from "../../store/state/row.ts";
import type { State } from "../../store/state/state.ts";
import { truncateMiddle } from "../../text/cells.ts";
import { useProgramState } from "../program-context.ts";
import { type Paragraph, paragraphLines } from "../spans.ts";
import type { Span } from "../theme.ts";
import { PaneLines, paneEdge } from "../widgets.tsx";
import { messageBeside, previewTitles, recordSpans, summaryText } from "./preview-lines.ts";

const noPhrase = parseFilter("");

function pendingText(state: State): string | undefined {
  const place = currentPlace(state);
  const row = currentRow(state);
  const fileSet = row?.kind === "file-set" ? row.item : place.kind === "files" && place.fileSet;
  return fileSet && isPending(fileSet)
    ? "PENDING: its publisher is still adding files."
    : undefined;
}

function recordLines(preview: PreviewSlice, cells: number, height: number): Span[][] {
  const message: readonly Paragraph[] | undefined = messageBeside(preview);
  if (message || preview.phase !== "ready") return paragraphLines(message ?? [], cells, "");
  const whole = { ...preview, shift: 0, frozen: false };
  const look = { placed: placedColumns(whole, cells), phrase: noPhrase };
  return [
    [{ text: summaryText(whole, cells), tone: "muted" }],
    previewTitles(whole, cells),
    ...whole.rows.slice(0, height).map((row) => recordSpans(row, whole, look, cells)),
  ];
}

/** The preview of the row before, whose name is faint, stays until the cursor rests on another. */
function previewLines(state: State, cells: number, height: number): Span[][] {
  const preview = shownBeside(state);
  const name = preview?.file?.filename;
  if (!preview || name === undefined) {
    const text = pendingText(state);
    return text === undefined ? [] : paragraphLines([{ text, tone: "warning" }], cells, "");
  }
  const tone = isBesideCurrent(state) ? "strong" : "muted";
  return [[{ text: truncateMiddle(name, cells), tone }], ...recordLines(preview, cells, height)];
}

interface PreviewPaneProps {
  cells: number;
  height: number;
}

export function PreviewPane({ cells, height }: PreviewPaneProps): ReactNode {
  const state = useProgramState((all) => all);
  const lines = previewLines(state, cells - paneEdge.length, height);
  return <PaneLines lines={lines} cells={cells} height={height} />;
}
