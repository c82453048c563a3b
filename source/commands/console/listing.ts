import type { Page, Pages } from "../../api/service.ts";
import { createFirstFew } from "../../domain/ordering.ts";
import { counted, readableSum } from "../../domain/readable.ts";
import { type Call, type CommonOptions, createOutput, type Output } from "./call.ts";
import type { ListingColumn, outputFormats } from "./columns.ts";
import { csvRow, exactCells, type TableColumn } from "./table.ts";

export interface ListingOptions extends CommonOptions {
  /** Names of the columns to print, in this order. */
  columns?: readonly string[];
  /** With "json" the option `json` is set too. */
  outputFormat?: (typeof outputFormats)[number];
}

export interface ListingView<Item> {
  pages: Pages<Item>;
  columns: Readonly<Record<string, ListingColumn<Item>>>;
  /** What an item is: "file set". */
  noun: string;
  /** The total is shown on a terminal. */
  bytes?(item: Item): number | undefined;
  /** Printed on stderr if the listing is empty. */
  empty?: string | undefined;
  /** Undefined keeps the service's order, so that nothing has to be held in memory. */
  order?: ((left: Item, right: Item) => number) | undefined;
  limit?: number | undefined;
}

/**
 * With an order it reads all pages first, but holds no more rows than it shows. Otherwise each page is printed
 * when it arrives, except in a table.
 */
export async function printListing<Item extends object>(
  call: Call,
  options: ListingOptions,
  view: ListingView<Item>,
): Promise<void> {
  const { order, limit = Number.POSITIVE_INFINITY } = view;
  const pages =
    order === undefined ? firstOf(view.pages, limit) : ordered(view.pages, order, limit);
  const rows = createRowList(call, options, view.columns);
  let count = 0;
  for await (const { items } of pages) {
    count += items.length;
    for (const item of items) rows.add(item);
    await rows.drained();
    call.signal.throwIfAborted();
  }
  if (count === 0 && view.empty !== undefined && !options.json) {
    call.stderr.write(`${view.empty}\n`);
  }
  const { items, leftOut } = rows.end();
  if (items.length === 0 || !call.stdout.isTTY) return;
  const hint = `. Not shown: ${leftOut.join(", ")} (choose with --columns)`;
  call.stderr.write(`${totalOf(view, items)}${leftOut.length > 0 ? hint : ""}\n`);
}

export interface RowList<Item> {
  /** Prints the row at once, except in a table. */
  add(item: Item): void;
  /** Resolves when the reader has kept up. */
  drained(): Promise<void>;
  /** Prints the table. Returns its rows and the names of the columns that did not fit. */
  end(): { items: readonly Item[]; leftOut: readonly string[] };
}

/** Prints rows in the chosen columns and format. */
export function createRowList<Item extends object>(
  call: Call,
  options: ListingOptions,
  all: ListingView<Item>["columns"],
): RowList<Item> {
  const output = createOutput(call.stdout);
  const columns = chosenColumns(all, options);
  const format = formatOf(options, output);
  const items: Item[] = [];
  const add =
    format === "table"
      ? (item: Item) => void items.push(item)
      : rowPrinter(output, columns, format);
  return {
    add,
    drained: () => output.drained(),
    end() {
      const leftOut = items.length === 0 ? [] : output.table({ columns, rows: items }, "table");
      return { items, leftOut };
    },
  };
}

/** Prints the titles of a csv at once. */
function rowPrinter<Item extends object>(
  output: Output,
  columns: readonly TableColumn<Item>[],
  format: "json" | "tsv" | "csv",
): (item: Item) => void {
  if (format === "json") return output.json;
  if (format === "tsv") return (item) => void output.table({ columns, rows: [item] }, "tsv");
  output.line(csvRow(columns.map(({ name }) => name)));
  return (item) => output.line(csvRow(exactCells(columns, item)));
}

function formatOf({ json, outputFormat }: ListingOptions, output: Output) {
  if (json) return "json";
  return outputFormat ?? (output.columns === undefined ? "tsv" : "table");
}

/** Chosen columns are never left out. */
function chosenColumns<Item>(
  columns: ListingView<Item>["columns"],
  { columns: chosen }: ListingOptions,
): TableColumn<Item>[] {
  const all = Object.entries(columns).map(([name, column]) => ({ name, ...column }));
  if (chosen === undefined) return all.filter(({ extra }) => !extra);
  return chosen.flatMap((wanted) => {
    const found = all.find(({ name }) => name === wanted);
    return found ? [{ ...found, leaves: Number.POSITIVE_INFINITY }] : [];
  });
}

/** "115 files, 54 MB" */
function totalOf<Item>({ bytes, noun }: ListingView<Item>, rows: readonly Item[]): string {
  const sum = readableSum(rows.map((row) => bytes?.(row)));
  return `${counted(rows.length, noun)}${sum === undefined ? "" : `, ${sum}`}`;
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
