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
  return withSession(call, ({ fileStore, preferences }) => {
    preferences.rememberBucket(canonicalBucket(bucket));
    return printListing(call, options, {
      pages: fileStore.packages({ bucketName: bucket, packageName: options.name }, call.signal),
      header: ["PACKAGE", "TYPE", "ENTITLED", "MODIFIED", "ID"],
      row: (item) => [
        item.packageName,
        item.packageType ?? "",
        item.isEntitled === undefined ? "" : item.isEntitled ? "yes" : "no",
        readableTime(item.modified),
        item.packageId,
      ],
      empty:
        options.name === undefined
          ? `${bucket} has no packages that you may see.`
          : `${bucket} has no package with "${options.name}" in its name.`,
      order: options.json
        ? undefined
        : (left, right) => naturalOrder(left.packageName, right.packageName),
    });
  });
}
