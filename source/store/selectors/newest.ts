import {
  chainMembers,
  type DeliveryChain,
  type Gap,
  latestInitChain,
} from "../../domain/deliveries/chain.ts";
import { gapRow, type Row } from "../state/row.ts";
import type { Sort } from "../state/sort.ts";

export interface Newest {
  chains: readonly DeliveryChain[];
  rows: readonly Row[];
  /** Keyed by the file set that follows the gap. */
  gaps: ReadonlyMap<string, Gap>;
}

const computed = new WeakMap<readonly Row[], Newest>();

export function newestOf(all: readonly Row[]): Newest {
  let newest = computed.get(all);
  if (!newest) {
    const fileSets = all.flatMap((row) => (row.kind === "file-set" ? [row.item] : []));
    const chains = latestInitChain(fileSets);
    const kept = new Set(chains.flatMap(chainMembers).map(({ id }) => id));
    const gaps = new Map(
      chains.flatMap((chain) => chain.gaps.map((gap) => [gap.before.id, gap] as const)),
    );
    newest = { chains, gaps, rows: all.filter(({ id }) => kept.has(id)) };
    computed.set(all, newest);
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
