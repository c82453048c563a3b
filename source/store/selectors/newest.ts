import {
  chainMembers,
  type DeliveryChain,
  type Gap,
  latestInitChain,
} from "../../domain/delivery-chain.ts";
import { type Entry, gapEntry } from "../state/row.ts";
import type { Sort } from "../state/sort.ts";

/** What is left of a list of file sets when only the newest Init and the Deltas after it are wanted. */
export interface Newest {
  chains: readonly DeliveryChain[];
  entries: readonly Entry[];
  /** By the id of the file set that comes after the gap. */
  gaps: ReadonlyMap<string, Gap>;
}

const computed = new WeakMap<readonly Entry[], Newest>();

/** Computed once per listing. */
export function newestOf(all: readonly Entry[]): Newest {
  let newest = computed.get(all);
  if (!newest) {
    const fileSets = all.flatMap((entry) => (entry.kind === "file-set" ? [entry.item] : []));
    const chains = latestInitChain(fileSets);
    const kept = new Set(chains.flatMap(chainMembers).map(({ id }) => id));
    const gaps = new Map(
      chains.flatMap((chain) => chain.gaps.map((gap) => [gap.before.id, gap] as const)),
    );
    newest = { chains, gaps, entries: all.filter(({ id }) => kept.has(id)) };
    computed.set(all, newest);
  }
  return newest;
}

/** `rows` with a row for each gap: beside the file set that it comes before, on the side of what is missing. */
export function withGaps(
  rows: readonly Entry[],
  { gaps }: Newest,
  sort: Sort | undefined,
): readonly Entry[] {
  if (gaps.size === 0) return rows;
  const oldestFirst = sort?.columnId === "date" && !sort.descending;
  return rows.flatMap((row) => {
    const gap = gaps.get(row.id);
    if (!gap) return [row];
    return oldestFirst ? [gapEntry(gap), row] : [row, gapEntry(gap)];
  });
}
