import type { TransferRecord } from "./record.ts";

/** Queued transfers; the cost of finding the next is independent of how many have ended. */
export class WaitQueue {
  readonly #records: ReadonlyMap<string, TransferRecord>;
  #waiting = new Set<TransferRecord>();
  #isSorted = true;

  /** `records` holds all transfers in order. */
  constructor(records: ReadonlyMap<string, TransferRecord>) {
    this.#records = records;
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** "last" for a new transfer, "own" for its place among all transfers. */
  enqueue(record: TransferRecord, place: "last" | "own"): void {
    this.#waiting.add(record);
    this.#isSorted &&= place === "last";
  }

  remove(record: TransferRecord): void {
    this.#waiting.delete(record);
  }

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

/** Moves records one place; those at the edge and neighbours that move along stay. */
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
