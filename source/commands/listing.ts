import type { Pages } from "../api/service.ts";
import type { Call, CommonOptions } from "./call.ts";
import { createOutput } from "./output.ts";

/** How a listing looks: JSON lines as pages arrive, or one table of all rows. */
export interface ListingView<Item> {
  pages: Pages<Item>;
  header: readonly string[];
  row: (item: Item) => readonly string[];
  /** Said on stderr when there is nothing to show. */
  empty: string;
  order?: ((left: Item, right: Item) => number) | undefined;
  limit?: number | undefined;
}

/** Prints a listing on stdout. With an order or for a table all pages are read first. */
export async function printListing<Item extends object>(
  call: Call,
  options: CommonOptions,
  view: ListingView<Item>,
): Promise<void> {
  const output = createOutput(call.stdout);
  const limit = view.limit ?? Number.POSITIVE_INFINITY;
  if (options.json && view.order === undefined) {
    let printed = 0;
    for await (const page of view.pages) {
      for (const item of page.items) {
        if (printed >= limit) return;
        output.json(item);
        printed += 1;
      }
    }
    return;
  }
  const items: Item[] = [];
  for await (const page of view.pages) items.push(...page.items);
  if (view.order !== undefined) items.sort(view.order);
  const shown = items.slice(0, limit);
  if (options.json) {
    for (const item of shown) output.json(item);
  } else if (shown.length === 0) {
    call.stderr.write(`${view.empty}\n`);
  } else {
    output.table([view.header, ...shown.map(view.row)]);
  }
}
