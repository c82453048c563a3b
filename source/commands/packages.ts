import { canonicalBucket } from "../domain/content-sets.ts";
import { naturalOrder } from "../domain/natural-order.ts";
import { readableTime } from "../domain/readable.ts";
import type { Call, CommonOptions } from "./call.ts";
import { printListing } from "./listing.ts";
import { withSession } from "./signed-in.ts";

export interface PackagesOptions extends CommonOptions {
  name?: string;
}

/** `cfs packages BUCKET` */
export function packages(bucket: string, options: PackagesOptions, call: Call): Promise<void> {
  return withSession(call, async ({ fileStore, preferences }) => {
    await printListing(call, options, {
      pages: fileStore.packages({ bucketName: bucket, packageName: options.name }, call.signal),
      columns: [
        { title: "PACKAGE", cell: (item) => item.packageName, least: 20 },
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
    preferences.rememberBucket(canonicalBucket(bucket));
  });
}

function entitlement(isEntitled: boolean | undefined): string {
  if (isEntitled === undefined) return "";
  return isEntitled ? "yes" : "no";
}
