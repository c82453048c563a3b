import type { TransferRecord } from "./record.ts";

/** The transfers that wait for their turn. Finding the next one costs the same however many have ended. */
export interface WaitQueue {
  /** Takes it in: last if it is new, else at its place among all transfers. */
  enqueue(record: TransferRecord, place: "last" | "own"): void;
  remove(record: TransferRecord): void;
  /** The order of all transfers has changed. */
  reordered(): void;
  isEmpty(): boolean;
  inOrder(): Iterable<TransferRecord>;
}

/** `records` has all transfers in their order. */
export function createWaitQueue(records: ReadonlyMap<string, TransferRecord>): WaitQueue {
  let waiting = new Set<TransferRecord>();
  let isSorted = true;
  return {
    enqueue(record, place) {
      waiting.add(record);
      isSorted &&= place === "last";
    },
    remove(record) {
      waiting.delete(record);
    },
    reordered() {
      isSorted = false;
    },
    isEmpty: () => waiting.size === 0,
    inOrder() {
      if (!isSorted) {
        const before = waiting;
        waiting = new Set([...records.values()].filter((record) => before.has(record)));
        isSorted = true;
      }
      return waiting;
    },
  };
}

/** Moves records one place earlier or later in their order; the first or last one stays, as do neighbours that move along. */
export function moveRecords(
  records: Map<string, TransferRecord>,
  ids: readonly string[],
  way: "earlier" | "later",
): void {
  const order = [...records.values()];
  for (const id of ids) {
    const at = order.findIndex((record) => record.id === id);
    const to = way === "earlier" ? at - 1 : at + 1;
    const [moved, other] = [order[at], order[to]];
    if (!moved || !other || ids.includes(other.id)) continue;
    order[at] = other;
    order[to] = moved;
  }
  records.clear();
  for (const record of order) records.set(record.id, record);
}
