import { naturalOrder } from "../domain/natural-order.ts";
import { readableBytes } from "../domain/readable.ts";
import type { Call, CommonOptions } from "./call.ts";
import { printListing } from "./listing.ts";
import { noFilesYet } from "./no-files-yet.ts";
import { withSession } from "./signed-in.ts";

/** `cfs files FILE_SET_ID` */
export function files(fileSetId: string, options: CommonOptions, call: Call): Promise<void> {
  return withSession(call, ({ fileStore }) =>
    printListing(call, options, {
      pages: fileStore.files(fileSetId, call.signal),
      columns: [
        { title: "FILE", cell: (item) => item.filename, least: 40 },
        { title: "SIZE", cell: (item) => readableBytes(item.fileSizeInBytes), leaves: 1 },
        { title: "ID", cell: (item) => item.id },
      ],
      empty: noFilesYet,
      order: options.json
        ? undefined
        : (left, right) => naturalOrder(left.filename, right.filename),
    }),
  );
}
