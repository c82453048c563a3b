import { Box } from "ink";
import type { ReactNode } from "react";
import { parseFilter } from "../../domain/filter-words.ts";
import { cellsBeside, paneOf, tableHeight } from "../../store/selectors/layout.ts";
import { tableKind } from "../../store/selectors/series.ts";
import { cursorIn, filterOf, marksIn, rowsOf } from "../../store/selectors/table.ts";
import type { TablePlace } from "../../store/state/place.ts";
import { useProgramState } from "../program-context.ts";
import { DetailsPane, Line, Message, RowLine } from "../widgets.tsx";
import { DownloadsSummary } from "./downloads-summary.tsx";
import { PreviewPane } from "./preview-pane.tsx";
import { rowSpans, withSharedCut } from "./row-spans.ts";
import { nameListOf, placeColumns, tableCells, titleSpans } from "./table-layout.ts";
import { tableMessage } from "./table-message.ts";

function Rows({ place }: { place: TablePlace }): ReactNode {
  const state = useProgramState((all) => all);
  const { columns } = state.viewport;
  const beside = cellsBeside(state);
  if (beside === 0) return <Table place={place} cells={columns} />;
  const height = tableHeight(state) + 1;
  return (
    <Box height={height}>
      <Box flexDirection="column" width={columns - beside}>
        <Table place={place} cells={columns - beside} />
      </Box>
      <Box flexDirection="column" width={beside}>
        {paneOf(state) === "preview" ? (
          <PreviewPane cells={beside} height={height} />
        ) : (
          <DetailsPane cells={beside} height={height} />
        )}
      </Box>
    </Box>
  );
}

export function TableScreen({ place }: { place: TablePlace }): ReactNode {
  const message = useProgramState((state) => state);
  const paragraphs = tableMessage(message, place);
  return (
    <>
      {place.kind === "downloads" ? <DownloadsSummary /> : null}
      {paragraphs ? <Message paragraphs={paragraphs} /> : <Rows place={place} />}
    </>
  );
}

/** Mounts only the rows that fit. */
function Table({ place, cells }: { place: TablePlace; cells: number }): ReactNode {
  const state = useProgramState((all) => all);
  const rows = rowsOf(state, place);
  const { index, top } = cursorIn(state, place);
  const kind = tableKind(state, place);
  const isBeside = cells < state.viewport.columns;
  const sort = state.sorts[kind];
  const names = nameListOf(place, rows);
  const placed = placeColumns(kind, rows, cells, { isBeside, sort, names });
  const owners = place.kind === "downloads" ? rows.owners() : undefined;
  // The blank cells before a pane need no bytes.
  const rowCells = isBeside ? Math.min(cells, tableCells(placed)) : cells;
  const filter = parseFilter(filterOf(state, place));
  const marks = marksIn(state, place);
  const { blocks, nowMs } = state;
  const shown = rows.shown.slice(top, top + tableHeight(state));
  const look = {
    placed,
    filter,
    names: withSharedCut(names, rows, placed, owners),
    owners,
    nowMs,
    blocks,
  };
  return (
    <>
      <Line spans={titleSpans(placed, sort)} />
      {shown.map((row, line) => {
        const spans = rowSpans(row, { ...look, marked: marks.has(row.id) });
        return (
          <RowLine key={row.id} spans={spans} isCursor={top + line === index} cells={rowCells} />
        );
      })}
    </>
  );
}
