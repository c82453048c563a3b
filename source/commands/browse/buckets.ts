import type { Pages } from "../../api/service.ts";
import { knownBuckets } from "../../domain/content-sets.ts";
import type { Call } from "../console/call.ts";
import type { ColumnsOf } from "../console/columns.ts";
import { type ListingOptions, printListing } from "../console/listing.ts";
import { withSession } from "../console/with-session.ts";

interface KnownBucket {
  name: string;
  sources: string[];
  [field: string]: unknown;
}

const columns: ColumnsOf<"buckets", KnownBucket> = {
  name: { cell: (item) => item.name },
  "known-from": { cell: (item) => item.sources.join("; "), least: 10 },
};

/** `cfs buckets`: listed by the service, used before, or of known content sets. */
export function buckets(options: ListingOptions, call: Call): Promise<void> {
  return withSession(call, async ({ fileStore, preferences }) => {
    const found = new Map<string, KnownBucket>();
    const add = (bucket: { name: string }, source: string) => {
      const key = bucket.name.toLowerCase();
      const known = found.get(key);
      found.set(key, { ...bucket, ...known, sources: [...(known?.sources ?? []), source] });
    };
    for await (const page of fileStore.buckets(call.signal)) {
      for (const bucket of page.items) add(bucket, "service");
    }
    for (const name of preferences.recentBuckets()) add({ name }, "used before");
    for (const { bucket, titles } of knownBuckets()) add({ name: bucket }, titles.join(", "));
    const items = [...found.values()].sort((left, right) =>
      left.name.localeCompare(right.name, "en"),
    );
    await printListing(call, options, { pages: onePage(items), columns, noun: "bucket" });
  });
}

async function* onePage<Item>(items: Item[]): Pages<Item> {
  yield { items };
}
