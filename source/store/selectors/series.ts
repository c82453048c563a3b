import {
  chainMembers,
  type DeliveryChain,
  type Gap,
  latestInitChain,
} from "../../domain/deliveries/chain.ts";
import { type PlaceView, placeKey, type TableKind, type TablePlace } from "../state/place.ts";
import { gapRow, type Row, seriesRow } from "../state/row.ts";
import type { Sort } from "../state/sort.ts";
import type { State } from "../state/state.ts";

export interface Newest {
  chains: readonly DeliveryChain[];
  rows: readonly Row[];
  /** Keyed by the file set that follows the gap. */
  gaps: ReadonlyMap<string, Gap>;
}

const newestByRows = new WeakMap<readonly Row[], Newest>();

export function newestOf(all: readonly Row[]): Newest {
  let newest = newestByRows.get(all);
  if (!newest) {
    const fileSets = all.flatMap((row) => (row.kind === "file-set" ? [row.item] : []));
    const chains = latestInitChain(fileSets);
    const kept = new Set(chains.flatMap(chainMembers).map(({ id }) => id));
    const gaps = new Map(
      chains.flatMap((chain) => chain.gaps.map((gap) => [gap.before.id, gap] as const)),
    );
    newest = { chains, gaps, rows: all.filter(({ id }) => kept.has(id)) };
    newestByRows.set(all, newest);
  }
  return newest;
}

/** Adds a row for each gap beside the file set that follows it. */
export function withGaps(
  rows: readonly Row[],
  { gaps }: Newest,
  sort: Sort | undefined,
): readonly Row[] {
  if (gaps.size === 0) return rows;
  const oldestFirst = sort?.columnId === "date" && !sort.descending;
  return rows.flatMap((row) => {
    const gap = gaps.get(row.id);
    if (!gap) return [row];
    return oldestFirst ? [gapRow(gap), row] : [row, gapRow(gap)];
  });
}

interface BySeries {
  rows: readonly Row[];
  /** The file sets of a series, by the id of its row. */
  fileSets: ReadonlyMap<string, readonly Row[]>;
}

const seriesByRows = new WeakMap<readonly Row[], BySeries>();

function bySeries(all: readonly Row[]): BySeries {
  const before = seriesByRows.get(all);
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
  seriesByRows.set(all, made);
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
