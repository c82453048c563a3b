import type { Row } from "../state/row.ts";
import type { Watches } from "../state/watch.ts";

const computed = new WeakMap<readonly Row[], { watches: Watches; rows: readonly Row[] }>();

/** The rows of packages with their watches; the same array if none of them is watched. */
export function withWatches(all: readonly Row[], watches: Watches): readonly Row[] {
  if (!all.some(({ id }) => id in watches)) return all;
  const before = computed.get(all);
  if (before?.watches === watches) return before.rows;
  const rows = all.map((row): Row => {
    const watch = watches[row.id];
    return row.kind === "package" && watch !== undefined ? { ...row, watch } : row;
  });
  computed.set(all, { watches, rows });
  return rows;
}
