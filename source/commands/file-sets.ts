import { canonicalBucket } from "../domain/content-sets.ts";
import { deliveryKind } from "../domain/delivery-kind.ts";
import { newestFirst } from "../domain/newest-first.ts";
import { readableTime } from "../domain/readable.ts";
import type { Call, CommonOptions } from "./call.ts";
import { type FileSetWords, readFileSetFilter } from "./file-set-filter.ts";
import { printListing } from "./listing.ts";
import { withSession } from "./signed-in.ts";

export interface FileSetsOptions extends CommonOptions, FileSetWords {
  limit?: number;
}

/** `cfs file-sets BUCKET`: newest first. */
export function fileSets(bucket: string, options: FileSetsOptions, call: Call): Promise<void> {
  return withSession(call, async ({ fileStore, preferences }) => {
    const filter = await readFileSetFilter(bucket, options, fileStore, call);
    preferences.rememberBucket(canonicalBucket(bucket));
    await printListing(call, options, {
      pages: fileStore.fileSets(filter, call.signal),
      header: ["FILE SET", "KIND", "STATUS", "FILES", "CONTENT TO", "AVAILABLE TO", "ID"],
      row: (item) => [
        item.name,
        deliveryKind(item.name) ?? "",
        item.status,
        String(item.numFiles),
        readableTime(item.contentTo),
        readableTime(item.availableTo),
        item.id,
      ],
      empty: "No file set fits.",
      order: newestFirst,
      limit: options.limit,
    });
  });
}
