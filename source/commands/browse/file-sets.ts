import type { Pages } from "../../api/service.ts";
import { bucketSpelling } from "../../domain/content-sets.ts";
import { deliveryKind } from "../../domain/delivery-name.ts";
import type { FileSet } from "../../domain/entities.ts";
import { newestFirst } from "../../domain/ordering.ts";
import { readableTime } from "../../domain/readable.ts";
import type { Call, CommonOptions } from "../console/call.ts";
import { printListing } from "../console/listing.ts";
import { withSession } from "../console/with-session.ts";
import {
  type FilterOptions,
  readFilterOptions,
  resolveFileSetFilter,
} from "../resolve/file-set-filter.ts";

export interface FileSetsOptions extends CommonOptions, FilterOptions {
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
  readFilterOptions(bucket, options, call.nowMs());
  return withSession(call, async ({ fileStore, preferences }) => {
    const filter = await resolveFileSetFilter(bucket, options, fileStore, call);
    const answered = new Set<string>();
    await printListing(call, options, {
      pages: withBucketNames(fileStore.fileSets(filter, call.signal), answered),
      columns: [
        { title: "FILE SET", cell: (item) => item.name, least: 40 },
        { title: "KIND", cell: (item) => deliveryKind(item.name) ?? "", leaves: 4 },
        { title: "STATUS", cell: (item) => item.status, leaves: 2 },
        { title: "FILES", cell: (item) => String(item.numFiles), leaves: 3 },
        { title: "CONTENT TO", cell: (item) => readableTime(item.contentTo), leaves: 5 },
        { title: "AVAILABLE TO", cell: (item) => readableTime(item.availableTo), leaves: 1 },
        { title: "ID", cell: (item) => item.id },
      ],
      empty: "No file set fits.",
      order: options.unsorted ? undefined : newestFirst,
      limit: options.limit,
    });
    const spellings = [...answered, ...preferences.recentBuckets()];
    preferences.rememberBucket(bucketSpelling(filter.bucket, spellings));
  });
}

async function* withBucketNames(pages: Pages<FileSet>, names: Set<string>): Pages<FileSet> {
  for await (const page of pages) {
    for (const { bucketName } of page.items) names.add(bucketName);
    yield page;
  }
}
