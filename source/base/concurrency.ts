/**
 * Works on up to `width` items at a time. Yields results in the items' order as soon as they are ready,
 * even while the next item is pending.
 */
export async function* mapConcurrently<Item, Result>(
  items: AsyncIterable<Item> | Iterable<Item>,
  width: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const source =
    Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const running: Promise<Result>[] = [];
  let nextItem: Promise<IteratorResult<Item>> | undefined;
  let isOpen = true;
  try {
    for (;;) {
      if (isOpen && running.length < width) nextItem ??= Promise.resolve(source.next());
      const [oldest] = running;
      if (nextItem === undefined && oldest === undefined) return;
      const item = await Promise.race([nextItem, oldest?.then(() => undefined)].filter(isDefined));
      if (item === undefined) {
        running.shift();
        if (oldest !== undefined) yield await oldest;
        continue;
      }
      nextItem = undefined;
      if (item.done) {
        isOpen = false;
        continue;
      }
      const result = work(item.value);
      // The rejection is handled when this result is due.
      result.catch(() => undefined);
      running.push(result);
    }
  } finally {
    // A source that waits for its next item would delay the return, so it is not awaited.
    if (isOpen) Promise.resolve(source.return?.()).catch(() => undefined);
  }
}

function isDefined<Value>(value: Value | undefined): value is Value {
  return value !== undefined;
}
