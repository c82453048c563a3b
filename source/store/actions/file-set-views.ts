import { counted } from "../../domain/readable.ts";
import { type Newest, newestOf, seriesOfRow, seriesRows } from "../selectors/series.ts";
import { allRows, currentPlace, currentRow, viewOf } from "../selectors/table.ts";
import { atTheTop, type ListView } from "../state/list-view.ts";
import type { Row } from "../state/row.ts";
import type { NoticeLevel } from "../state/state.ts";
import { type ActionContext, changeView } from "./context.ts";

function summary({ chains, gaps, rows }: Newest, all: number): [NoticeLevel, string] {
  const chained = chains.filter(({ deltas, init }) => init || deltas.length > 0);
  if (chained.length === 0) {
    return ["note", "No name here has Init or Delta: all file sets are shown."];
  }
  const bare = chained.filter(({ init }) => !init).length;
  const lacking = [
    gaps.size > 0 ? `${counted(gaps.size, "gap")} between them` : "",
    bare > 0 ? `${counted(bare, "series", "series")} without an Init that is still available` : "",
  ].filter((part) => part !== "");
  const shown = `${rows.length} of ${counted(all, "file set")}`;
  const text = `The newest Init and the Deltas after it: ${shown}`;
  if (lacking.length === 0) return ["note", `${text}. n shows all.`];
  return ["warning", `${text}; ${lacking.join(", ")}. n shows all.`];
}

export function fileSetViewActions(context: ActionContext) {
  const { notify, store } = context;

  function toggleNewest(): void {
    const state = store.getState();
    const place = currentPlace(state);
    const newestOnly = !viewOf(state, place).newestOnly;
    changeView(context, { newestOnly });
    const all = allRows(state, place);
    if (newestOnly) notify(...summary(newestOf(all), all.length));
    else notify("note", `All ${counted(all.length, "file set")}.`);
  }

  const onRow = (row: Row | undefined): ListView =>
    row ? { ...atTheTop, cursorId: row.id } : atTheTop;

  function toggleSeries(): void {
    const state = store.getState();
    const place = currentPlace(state);
    const { filter, list, series } = viewOf(state, place);
    const all = allRows(state, place);
    if (series) {
      changeView(context, { ...series.before, series: undefined, rangeFrom: undefined });
      notify("note", `All ${counted(all.length, "file set")}.`);
      return;
    }
    const row = currentRow(state);
    changeView(context, {
      series: { before: { filter, list } },
      filter: "",
      list: onRow(row && seriesOfRow(all, row.id)),
      rangeFrom: undefined,
    });
    const count = counted(seriesRows(all).length, "series", "series");
    notify("note", `${count} in ${counted(all.length, "file set")}. b shows all file sets.`);
  }

  return { toggleNewest, toggleSeries };
}
