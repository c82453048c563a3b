import type { Pages } from "../../api/service.ts";
import { bucketSpelling, canonicalBucket } from "../../domain/content-sets.ts";
import type { Package } from "../../domain/entities.ts";
import { naturalOrder } from "../../domain/ordering.ts";
import { readableTime } from "../../domain/readable.ts";
import type { Call, CommonOptions } from "../console/call.ts";
import { printListing } from "../console/listing.ts";
import { withSession } from "../console/with-session.ts";

export interface PackagesOptions extends CommonOptions {
  name?: string;
}

/** `cfs packages BUCKET`. Keeps a whole listing for completion. */
export function packages(bucket: string, options: PackagesOptions, call: Call): Promise<void> {
  return withSession(call, async ({ auth, catalogue, fileStore, preferences }) => {
    const listed: Package[] = [];
    const filter = { bucketName: bucket, packageName: options.name };
    await printListing(call, options, {
      pages: remembered(fileStore.packages(filter, call.signal), listed),
      columns: [
        { title: "PACKAGE", cell: (item) => item.packageName, least: 36 },
        { title: "TYPE", cell: (item) => item.packageType ?? "", leaves: 1 },
        { title: "ENTITLED", cell: ({ isEntitled }) => entitlement(isEntitled), leaves: 3 },
        { title: "MODIFIED", cell: (item) => readableTime(item.modified), leaves: 2 },
        { title: "ID", cell: (item) => item.packageId },
      ],
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
    catalogue.keep(
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

function entitlement(isEntitled: boolean | undefined): string {
  if (isEntitled === undefined) return "";
  return isEntitled ? "yes" : "no";
}
