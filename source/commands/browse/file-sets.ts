import { allItems, type FileStore, type Pages } from "../../api/service.ts";
import { bucketSpelling } from "../../domain/content-sets.ts";
import { deliveryKind } from "../../domain/deliveries/name.ts";
import type { FileSet } from "../../domain/entities.ts";
import { newestFirst } from "../../domain/ordering.ts";
import type { Selection } from "../../domain/selection.ts";
import type { Call } from "../console/call.ts";
import { type ColumnsOf, timeColumn } from "../console/columns.ts";
import { type ListingOptions, printListing } from "../console/listing.ts";
import { withSession } from "../console/with-session.ts";
import {
  type FilterInPackage,
  type FilterOptions,
  readFilterOptions,
  withPackage,
} from "../resolve/file-set-filter.ts";
import { readSelection, selectedFileSets } from "../resolve/selection.ts";

export interface FileSetsOptions extends ListingOptions, FilterOptions {
  limit?: number;
  /** Keeps the service's order, so that rows can be printed before all pages have arrived. */
  unsorted?: boolean;
}

/** `cfs file-sets BUCKET`. Checks the options before signing in. */
export async function fileSets(
  bucket: string,
  options: FileSetsOptions,
  call: Call,
): Promise<void> {
  const { signal } = call;
  const within = readFilterOptions(bucket, options, call.nowMs());
  const selection = readSelection(options);
  return withSession(call, async ({ fileStore, preferences }) => {
    const filter = await withPackage(within, options.package, fileStore, signal);
    const answered = new Set<string>();
    const listed = withBucketNames(fileStore.fileSets(filter, signal), answered);
    const order = options.unsorted ? undefined : newestFirst;
    await printListing(call, options, {
      pages: selectedPages(listed, order, selection, fileStore, signal),
      columns: columnsOf(filter),
      noun: "file set",
      empty: "No file set matches.",
      // Already sorted if file names decide.
      order: selection.key === "" ? order : undefined,
      limit: options.limit,
    });
    const spellings = [...answered, ...preferences.recentBuckets()];
    preferences.rememberBucket(bucketSpelling(filter.bucket, spellings));
  });
}

function columnsOf({ bucket, packageName }: FilterInPackage): ColumnsOf<"file-sets", FileSet> {
  return {
    name: {
      cell: (item) => item.name,
      names: { of: "file-set", bucket, package: packageName },
      // At 80 cells the kind, the status and both times fit beside it.
      least: 29,
    },
    kind: { cell: (item) => deliveryKind(item.name) ?? "", shows: "kind", leaves: 5 },
    status: { cell: (item) => item.status, leaves: 3 },
    files: { cell: (item) => String(item.numFiles), align: "right", leaves: 2 },
    "content-to": { ...timeColumn(({ contentTo }) => contentTo), shows: "moment", leaves: 6 },
    "available-to": { ...timeColumn(({ availableTo }) => availableTo), leaves: 4 },
    id: { cell: (item) => item.id, leaves: 1 },
    "content-from": { ...timeColumn(({ contentFrom }) => contentFrom), extra: true },
    "available-from": { ...timeColumn(({ availableFrom }) => availableFrom), extra: true },
    created: { ...timeColumn(({ created }) => created), extra: true },
    modified: { ...timeColumn(({ modified }) => modified), extra: true },
    "package-id": { cell: (item) => item.packageId, extra: true },
  };
}

async function* withBucketNames(pages: Pages<FileSet>, names: Set<string>): Pages<FileSet> {
  for await (const page of pages) {
    for (const { bucketName } of page.items) names.add(bucketName);
    yield page;
  }
}

/**
 * The selected file sets. If the names of files decide, sorts first, so that a limit ends the listings of
 * files early.
 */
async function* selectedPages(
  pages: Pages<FileSet>,
  order: ((left: FileSet, right: FileSet) => number) | undefined,
  selection: Selection,
  fileStore: FileStore,
  signal: AbortSignal,
): Pages<FileSet> {
  if (selection.key === "") {
    for await (const { items } of pages)
      yield { items: items.filter((fileSet) => selection.fileSet(fileSet) === "all") };
    return;
  }
  const candidates =
    order === undefined ? eachItem(pages) : (await allItems(pages)).toSorted(order);
  for await (const { fileSet } of selectedFileSets(candidates, selection, fileStore, signal))
    yield { items: [fileSet] };
}

async function* eachItem(pages: Pages<FileSet>): AsyncGenerator<FileSet> {
  for await (const { items } of pages) yield* items;
}
