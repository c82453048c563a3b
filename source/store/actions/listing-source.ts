import type { Page } from "../../api/service.ts";
import { bucketSpelling } from "../../domain/content-sets.ts";
import type { CachedListing, ListedItems, ListingKey } from "../../listing-cache/contract.ts";
import type { Services } from "../services.ts";
import type { ListedPlace } from "../state/place.ts";
import { bucketNamesOf, fileRow, fileSetRow, packageRow, type Row, seenKey } from "../state/row.ts";

async function* rowPages<Item>(
  pages: AsyncIterable<Page<Item>>,
  row: (item: Item) => Row,
  ready: Promise<unknown>,
): AsyncGenerator<Row[]> {
  for await (const { items } of pages) {
    await ready;
    yield items.map(row);
  }
}

interface PagesOptions {
  signal: AbortSignal;
  /** Pages wait for this, although the first is requested at once. */
  ready: Promise<unknown>;
  seenBefore: () => ReadonlySet<string> | undefined;
}

export function pagesOf(
  { fileStore }: Services,
  place: ListedPlace,
  { ready, seenBefore, signal }: PagesOptions,
): AsyncGenerator<Row[]> {
  switch (place.kind) {
    case "packages":
      return rowPages(fileStore.packages({ bucketName: place.bucket }, signal), packageRow, ready);
    case "file-sets": {
      const filter = { bucket: place.bucket, packageId: place.package.packageId };
      return rowPages(
        fileStore.fileSets(filter, signal),
        (item) => fileSetRow(item, seenBefore()),
        ready,
      );
    }
    case "files":
      return rowPages(fileStore.files(place.fileSet.id, signal), fileRow, ready);
  }
}

/** The cache key of a place, with the bucket spelled as its packages spell it. */
export function listingKey(place: ListedPlace, rows: readonly Row[] = []): ListingKey {
  switch (place.kind) {
    case "packages":
      return { kind: "packages", bucket: bucketSpelling(place.bucket, bucketNamesOf(rows)) };
    case "file-sets":
      return { kind: "file-sets", bucket: place.bucket, packageId: place.package.packageId };
    case "files":
      return { kind: "files", fileSetId: place.fileSet.id };
  }
}

export function listedItems(kind: ListedPlace["kind"], rows: readonly Row[]): ListedItems {
  switch (kind) {
    case "packages":
      return { kind, items: rows.flatMap((own) => (own.kind === "package" ? [own.item] : [])) };
    case "file-sets":
      return { kind, items: rows.flatMap((own) => (own.kind === "file-set" ? [own.item] : [])) };
    case "files":
      return { kind, items: rows.flatMap((own) => (own.kind === "file" ? [own.item] : [])) };
  }
}

/** Omits file sets that have expired by `nowMs`; no row counts as new. */
export function cachedRows(cached: CachedListing, nowMs: number): Row[] {
  switch (cached.kind) {
    case "packages":
      return cached.items.map(packageRow);
    case "file-sets":
      return cached.items
        .filter(({ availableTo }) => !(Date.parse(availableTo ?? "") <= nowMs))
        .map((item) => fileSetRow(item));
    case "files":
      return cached.items.map(fileRow);
  }
}

export function seenIn(rows: readonly Row[]): ReadonlySet<string> | undefined {
  const seen = rows.flatMap((own) => (own.kind === "file-set" ? [seenKey(own.item)] : []));
  return seen.length > 0 ? new Set(seen) : undefined;
}
