/** Works on up to `width` items at a time and gives the results in the items' order. */
export async function* lookAhead<Item, Result>(
  items: AsyncIterable<Item> | Iterable<Item>,
  width: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const begun: Promise<Result>[] = [];
  for await (const item of items) {
    const result = work(item);
    // Told when its turn comes.
    result.catch(() => undefined);
    begun.push(result);
    const first = begun.length < width ? undefined : begun.shift();
    if (first !== undefined) yield await first;
  }
  for (const result of begun) yield await result;
}
