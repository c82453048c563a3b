/**
 * Works on up to `width` items at a time and gives the results in the items' order, each as soon as it is
 * there: the next item may be long in coming.
 */
export async function* mapConcurrently<Item, Result>(
  items: AsyncIterable<Item> | Iterable<Item>,
  width: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const source =
    Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const begun: Promise<Result>[] = [];
  let coming: Promise<IteratorResult<Item>> | undefined;
  let isOpen = true;
  try {
    for (;;) {
      if (isOpen && begun.length < width) coming ??= Promise.resolve(source.next());
      const [oldest] = begun;
      if (coming === undefined && oldest === undefined) return;
      const came = await Promise.race([coming, oldest?.then(() => undefined)].filter(isDefined));
      if (came === undefined) {
        begun.shift();
        if (oldest !== undefined) yield await oldest;
        continue;
      }
      coming = undefined;
      if (came.done) {
        isOpen = false;
        continue;
      }
      const result = work(came.value);
      // Told when its turn comes.
      result.catch(() => undefined);
      begun.push(result);
    }
  } finally {
    // One that still waits for an item would not answer before that comes.
    if (isOpen) Promise.resolve(source.return?.()).catch(() => undefined);
  }
}

function isDefined<Value>(value: Value | undefined): value is Value {
  return value !== undefined;
}
