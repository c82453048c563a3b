import type { ReactNode } from "react";
import { parseFilter } from "../../domain/filter-words.ts";
import { tableHeight } from "../../store/selectors/layout.ts";
import { cursorIn, filterOf, marksIn, rowsOf } from "../../store/selectors/table.ts";
import type { TablePlace } from "../../store/state/place.ts";
import { useProgramState, useTheme } from "../program-context.ts";
import { Line, PaintedLine } from "./lines.tsx";
import { narrowestBeside, placeColumns, rowSpans, titleSpans } from "./table-layout.ts";

/** Mounts only the rows that fit. */
export function Table({ place, cells }: { place: TablePlace; cells: number }): ReactNode {
  const state = useProgramState((all) => all);
  const theme = useTheme();
  const rows = rowsOf(state, place);
  const { index, top } = cursorIn(state, place);
  const placed = placeColumns(
    place.kind,
    rows,
    cells,
    cells < state.viewport.columns ? narrowestBeside : undefined,
  );
  const filter = parseFilter(filterOf(state, place));
  const marks = marksIn(state, place);
  const commonStart = rows.unfiltered > 1 ? rows.commonStart() : 0;
  const shown = rows.shown.slice(top, top + tableHeight(state));
  return (
    <>
      <Line spans={titleSpans(placed, state.sorts[place.kind])} />
      {shown.map((row, line) => {
        const look = { placed, filter, commonStart, nowMs: state.nowMs, marked: marks.has(row.id) };
        const spans = rowSpans(row, look);
        const isCursor = top + line === index;
        const text = isCursor ? theme.paintCursor(spans) : theme.paint(spans);
        return <PaintedLine key={row.id} text={text} />;
      })}
    </>
  );
}
