import { momentInName } from "./deliveries/name.ts";
import type { FileSet } from "./entities.ts";

/** Selects the first items of an order without holding all of them. */
export interface FirstFew<Item> {
  add(items: readonly Item[]): void;
  /** In order, at most `limit`. */
  items(): Item[];
}

/** Items to collect beyond twice the limit before the next sort. */
const spare = 256;

/** Holds at most twice `limit` and 256 items; `limit` may be infinite. */
export function createFirstFew<Item>(
  limit: number,
  order: (left: Item, right: Item) => number,
): FirstFew<Item> {
  const held: Item[] = [];
  const settle = () => {
    held.sort(order);
    if (held.length > limit) held.length = limit;
  };
  return {
    add(items) {
      for (const item of items) {
        held.push(item);
        if (held.length >= 2 * limit + spare) settle();
      }
    },
    items() {
      settle();
      return [...held];
    },
  };
}

/** End of content, or creation; file sets without either sort last. */
function momentOf(fileSet: FileSet): number {
  const ms = Date.parse(fileSet.contentTo ?? fileSet.created ?? "");
  return Number.isNaN(ms) ? Number.NEGATIVE_INFINITY : ms;
}

/** Newest content first, then newest creation, then the newest date in the name. */
export function byAge(left: FileSet, right: FileSet): number {
  return (
    compare(momentOf(right), momentOf(left)) ||
    compare(right.created ?? "", left.created ?? "") ||
    compare(momentInName(right.name) ?? 0, momentInName(left.name) ?? 0)
  );
}

/** By age; file sets of one age by name. */
export function newestFirst(left: FileSet, right: FileSet): number {
  return byAge(left, right) || compare(left.name, right.name);
}

function compare<Value extends number | string>(left: Value, right: Value): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

// Created lazily, as that takes longer than drawing the first screen.
let collator: Intl.Collator | undefined;

/** Natural order without regard to case: part2 before part10; ties by code unit. */
export function naturalOrder(left: string, right: string): number {
  collator ??= new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  return collator.compare(left, right) || compare(left, right);
}
