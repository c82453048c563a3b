import {
  chainMembers,
  type DeliveryChain,
  type Gap,
  latestInitChain,
} from "../../domain/delivery-chain.ts";
import { gapRow, type Row } from "../state/row.ts";
import type { Sort } from "../state/sort.ts";

/** What is left of a list of file sets when only the newest Init and the Deltas after it are wanted. */
export interface Newest {
  chains: readonly DeliveryChain[];
  rows: readonly Row[];
  /** By the id of the file set that comes after the gap. */
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

/** `rows` with a row for each gap: beside the file set that it comes before, on the side of what is missing. */
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
