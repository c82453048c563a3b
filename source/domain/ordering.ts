import type { FileSet } from "./entities.ts";

/** The first of many by an order, while only about so many are held. */
export interface FirstFew<Item> {
  add(items: readonly Item[]): void;
  /** In order, at most `limit`. */
  items(): Item[];
}

/** So many more than wanted are let in between two sortings: each item costs the logarithm of the limit. */
const spare = 256;

/** Holds at most twice `limit` and a few; without a limit all. */
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

/** When a file set's content ends, else when it was created; undefined sorts last. */
function momentOf(fileSet: FileSet): number {
  const ms = Date.parse(fileSet.contentTo ?? fileSet.created ?? "");
  return Number.isNaN(ms) ? Number.NEGATIVE_INFINITY : ms;
}

/** Orders file sets newest first; the service lists them by id, which says nothing. Ties go by creation, then by name. */
export function newestFirst(left: FileSet, right: FileSet): number {
  return (
    compare(momentOf(right), momentOf(left)) ||
    compare(right.created ?? "", left.created ?? "") ||
    compare(left.name, right.name)
  );
}

function compare<Value extends number | string>(left: Value, right: Value): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

// Made with the first comparison: that takes longer than the first screen does.
let collator: Intl.Collator | undefined;

/** Orders names as people count: part2 before part10, without regard to case; equal names by code unit. */
export function naturalOrder(left: string, right: string): number {
  collator ??= new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  return collator.compare(left, right) || (left < right ? -1 : left > right ? 1 : 0);
}
