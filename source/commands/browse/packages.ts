import type { Pages } from "../../api/service.ts";
import { bucketSpelling, canonicalBucket } from "../../domain/content-sets.ts";
import type { Package } from "../../domain/entities.ts";
import { naturalOrder } from "../../domain/ordering.ts";
import type { Call } from "../console/call.ts";
import { type ColumnsOf, timeColumn } from "../console/columns.ts";
import { type ListingOptions, printListing } from "../console/listing.ts";
import { withSession } from "../console/with-session.ts";

export interface PackagesOptions extends ListingOptions {
  name?: string;
}

/** `cfs packages BUCKET`. Keeps a whole listing for completion. */
export function packages(bucket: string, options: PackagesOptions, call: Call): Promise<void> {
  return withSession(call, async ({ auth, listingCache, fileStore, preferences }) => {
    const listed: Package[] = [];
    const filter = { bucketName: bucket, packageName: options.name };
    await printListing(call, options, {
      pages: remembered(fileStore.packages(filter, call.signal), listed),
      columns: columnsOf(bucket),
      noun: "package",
      empty:
        options.name === undefined
          ? `${bucket} has no packages that you may see.`
          : `${bucket} has no package with "${options.name}" in its name.`,
      order: options.json
        ? undefined
        : (left, right) => naturalOrder(left.packageName, right.packageName),
    });
    const answered = listed.flatMap(({ bucketNames }) => bucketNames);
    const spellings = [...answered, ...preferences.recentBuckets()];
    const spelled = bucketSpelling(canonicalBucket(bucket), spellings);
    preferences.rememberBucket(spelled);
    const account = auth.session();
    if (account === undefined || options.name !== undefined) return;
    listingCache.put(
      account,
      { kind: "packages", bucket: spelled },
      { kind: "packages", items: listed, listedAtMs: call.nowMs(), settled: false },
    );
  });
}

async function* remembered(pages: Pages<Package>, listed: Package[]): Pages<Package> {
  for await (const page of pages) {
    listed.push(...page.items);
    yield page;
  }
}

function columnsOf(bucket: string): ColumnsOf<"packages", Package> {
  return {
    name: {
      cell: (item) => item.packageName,
      names: { of: "package", bucket },
      least: 24,
    },
    type: { cell: (item) => item.packageType ?? "", leaves: 2 },
    entitled: { cell: ({ isEntitled }) => entitlement(isEntitled), leaves: 4 },
    modified: { ...timeColumn(({ modified }) => modified), leaves: 3 },
    id: { cell: (item) => item.packageId, leaves: 1 },
    created: { ...timeColumn(({ created }) => created), extra: true },
    contact: { cell: (item) => item.contactEmail ?? "", extra: true },
  };
}

function entitlement(isEntitled: boolean | undefined): string {
  if (isEntitled === undefined) return "";
  return isEntitled ? "yes" : "no";
}
