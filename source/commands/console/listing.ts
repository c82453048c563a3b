import type { Page, Pages } from "../../api/service.ts";
import { createFirstFew } from "../../domain/ordering.ts";
import { type Call, type CommonOptions, createOutput } from "./call.ts";
import type { ColumnRule } from "./table.ts";

/** JSON lines as pages arrive, or one table of all rows. */
export interface ListingView<Item> {
  pages: Pages<Item>;
  columns: readonly (ColumnRule & { title: string; cell: (item: Item) => string })[];
  /** Printed on stderr if the listing is empty. */
  empty?: string | undefined;
  /** Undefined keeps the service's order, so that nothing has to be held in memory. */
  order?: ((left: Item, right: Item) => number) | undefined;
  limit?: number | undefined;
}

/** With an order it reads all pages first, but holds no more rows than it shows. */
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
  let remaining = limit;
  for await (const { items } of pages) {
    yield { items: items.slice(0, remaining) };
    remaining -= items.length;
    if (remaining <= 0) return;
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
