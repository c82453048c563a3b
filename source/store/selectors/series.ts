import { type PlaceView, placeKey, type TableKind, type TablePlace } from "../state/place.ts";
import { type Row, seriesRow } from "../state/row.ts";
import type { State } from "../state/state.ts";
import { newestOf } from "./newest.ts";

interface BySeries {
  rows: readonly Row[];
  /** The file sets of a series, by the id of its row. */
  fileSets: ReadonlyMap<string, readonly Row[]>;
}

const computed = new WeakMap<readonly Row[], BySeries>();

function bySeries(all: readonly Row[]): BySeries {
  const before = computed.get(all);
  if (before) return before;
  const rows = newestOf(all).chains.map(seriesRow);
  const seriesOf = new Map(
    rows.flatMap((row) =>
      row.kind === "series" ? row.item.chain.all.map(({ id }) => [id, row.id] as const) : [],
    ),
  );
  const fileSets = new Map<string, Row[]>(rows.map(({ id }) => [id, []]));
  for (const row of all) fileSets.get(seriesOf.get(row.id) ?? "")?.push(row);
  const made = { rows, fileSets };
  computed.set(all, made);
  return made;
}

/** One row for each series, sorted by name. */
export function seriesRows(all: readonly Row[]): readonly Row[] {
  return bySeries(all).rows;
}

const noRows: readonly Row[] = [];

/** All rows, one for each series, or the file sets of the opened series. */
export function rowsInSeries(all: readonly Row[], { series }: PlaceView): readonly Row[] {
  if (!series) return all;
  const { fileSets, rows } = bySeries(all);
  return series.opened ? (fileSets.get(series.opened.id) ?? noRows) : rows;
}

/** The row of the series that a file set belongs to. */
export function seriesOfRow(all: readonly Row[], fileSetId: string): Row | undefined {
  return seriesRows(all).find(
    (row) => row.kind === "series" && row.item.chain.all.some(({ id }) => id === fileSetId),
  );
}

/** File sets by series are a table of their own, with its columns and sort order. */
export function tableKind({ views }: State, place: TablePlace): TableKind {
  const series = place.kind === "file-sets" ? views[placeKey(place)]?.series : undefined;
  return series && !series.opened ? "series" : place.kind;
}
