import type { Entry } from "./record.ts";

/** The transfers that wait for their turn. Looking for the next one costs the same however many have ended. */
export interface Line {
  /** Takes it in: last where it is `new`, else where it stands among all transfers. */
  join(entry: Entry, place: "last" | "own"): void;
  leave(entry: Entry): void;
  /** The order of all transfers is another. */
  reordered(): void;
  isEmpty(): boolean;
  inOrder(): Iterable<Entry>;
}

/** `entries` has all transfers in their order. */
export function createLine(entries: ReadonlyMap<string, Entry>): Line {
  let waiting = new Set<Entry>();
  let isSorted = true;
  return {
    join(entry, place) {
      waiting.add(entry);
      isSorted &&= place === "last";
    },
    leave(entry) {
      waiting.delete(entry);
    },
    reordered() {
      isSorted = false;
    },
    isEmpty: () => waiting.size === 0,
    inOrder() {
      if (!isSorted) {
        const before = waiting;
        waiting = new Set([...entries.values()].filter((entry) => before.has(entry)));
        isSorted = true;
      }
      return waiting;
    },
  };
}

/** Moves entries one place earlier or later in their order; what is first or last stays, as do neighbours that move along. */
export function moveAmong(
  entries: Map<string, Entry>,
  ids: readonly string[],
  way: "earlier" | "later",
): void {
  const order = [...entries.values()];
  for (const id of ids) {
    const at = order.findIndex((entry) => entry.id === id);
    const to = way === "earlier" ? at - 1 : at + 1;
    const [moved, other] = [order[at], order[to]];
    if (!moved || !other || ids.includes(other.id)) continue;
    order[at] = other;
    order[to] = moved;
  }
  entries.clear();
  for (const entry of order) entries.set(entry.id, entry);
}
