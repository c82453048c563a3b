import type { Page, Pages } from "../../api/service.ts";
import { createFirstFew } from "../../domain/ordering.ts";
import type { Call, CommonOptions } from "./call.ts";
import { createOutput } from "./output.ts";
import type { ColumnRule } from "./table.ts";

/** How a listing looks: JSON lines as pages arrive, or one table of all rows. */
export interface ListingView<Item> {
  pages: Pages<Item>;
  columns: readonly (ColumnRule & { title: string; cell: (item: Item) => string })[];
  /** Printed on stderr if there is nothing to show. */
  empty?: string | undefined;
  /** Undefined: the service's own order, so that nothing has to be held in memory. */
  order?: ((left: Item, right: Item) => number) | undefined;
  limit?: number | undefined;
}

/**
 * Prints a listing on stdout. With an order all pages are read first, since the first may be on the
 * last of them; no more is held than will be shown.
 */
export async function printListing<Item extends object>(
  call: Call,
  options: CommonOptions,
  view: ListingView<Item>,
): Promise<void> {
  const output = createOutput(call.stdout);
  const { order, limit = Number.POSITIVE_INFINITY, columns } = view;
  const pages =
    order === undefined ? firstOf(view.pages, limit) : ordered(view.pages, order, limit);
  const rows: string[][] = [];
  for await (const { items } of pages) {
    if (options.json) {
      for (const item of items) output.json(item);
      await output.drained();
      call.signal.throwIfAborted();
    } else {
      for (const item of items) rows.push(columns.map(({ cell }) => cell(item)));
    }
  }
  if (options.json) return;
  if (rows.length === 0) {
    if (view.empty !== undefined) call.stderr.write(`${view.empty}\n`);
  } else output.table([columns.map(({ title }) => title), ...rows], columns);
}

async function* firstOf<Item>(pages: Pages<Item>, limit: number): AsyncGenerator<Page<Item>> {
  let left = limit;
  for await (const { items } of pages) {
    yield { items: items.slice(0, left) };
    left -= items.length;
    if (left <= 0) return;
  }
}

async function* ordered<Item>(
  pages: Pages<Item>,
  order: (left: Item, right: Item) => number,
  limit: number,
): AsyncGenerator<Page<Item>> {
  const first = createFirstFew(limit, order);
  for await (const { items } of pages) first.add(items);
  yield { items: first.items() };
}
