import type { Entry } from "./record.ts";

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
