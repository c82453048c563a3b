import type { TransferRecord } from "./record.ts";

/** The transfers that wait for their turn. Finding the next one costs the same however many have ended. */
export class WaitQueue {
  readonly #records: ReadonlyMap<string, TransferRecord>;
  #waiting = new Set<TransferRecord>();
  #isSorted = true;

  /** `records` has all transfers in their order. */
  constructor(records: ReadonlyMap<string, TransferRecord>) {
    this.#records = records;
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** Takes it in: last if it is new, else at its place among all transfers. */
  enqueue(record: TransferRecord, place: "last" | "own"): void {
    this.#waiting.add(record);
    this.#isSorted &&= place === "last";
  }

  remove(record: TransferRecord): void {
    this.#waiting.delete(record);
  }

  /** The order of all transfers has changed. */
  reordered(): void {
    this.#isSorted = false;
  }

  inOrder(): Iterable<TransferRecord> {
    if (!this.#isSorted) {
      const waiting = this.#waiting;
      this.#waiting = new Set([...this.#records.values()].filter((record) => waiting.has(record)));
      this.#isSorted = true;
    }
    return this.#waiting;
  }
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
