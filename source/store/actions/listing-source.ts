import type { Page } from "../../api/service.ts";
import type { Services } from "../services.ts";
import type { ListedPlace } from "../state/place.ts";
import { type Entry, fileEntry, fileSetEntry, packageEntry } from "../state/row.ts";

/** A page of a listing as rows. */
export interface EntryPage {
  entries: Entry[];
  total: number | undefined;
}

async function* entryPages<Item>(
  pages: AsyncIterable<Page<Item>>,
  entry: (item: Item) => Entry,
  ready: Promise<unknown>,
): AsyncGenerator<EntryPage> {
  for await (const { items, total } of pages) {
    await ready;
    yield { entries: items.map(entry), total };
  }
}

export interface PagesOptions {
  signal: AbortSignal;
  /** No page comes before it is resolved, though the first is asked for at once. */
  ready: Promise<unknown>;
  /** Asked when a page has come. */
  seenBefore: () => ReadonlySet<string> | undefined;
}

/** Asks the service for the listing of `place`, page by page. */
export function pagesOf(
  { fileStore }: Services,
  place: ListedPlace,
  { ready, seenBefore, signal }: PagesOptions,
): AsyncGenerator<EntryPage> {
  switch (place.kind) {
    case "packages":
      return entryPages(
        fileStore.packages({ bucketName: place.bucket }, signal),
        packageEntry,
        ready,
      );
    case "file-sets": {
      const filter = { bucket: place.bucket, packageId: place.package.packageId };
      return entryPages(
        fileStore.fileSets(filter, signal),
        (item) => fileSetEntry(item, seenBefore()),
        ready,
      );
    }
    case "files":
      return entryPages(fileStore.files(place.fileSet.id, signal), fileEntry, ready);
  }
}
