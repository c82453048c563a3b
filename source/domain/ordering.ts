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
