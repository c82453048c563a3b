import { allItems, type FileStore, type Page } from "../../api/service.ts";
import { mapConcurrently } from "../../base/concurrency.ts";
import { AppError } from "../../base/errors.ts";
import type { StoredFile } from "../../domain/entities.ts";
import { naturalOrder } from "../../domain/ordering.ts";
import { readableBytes } from "../../domain/readable.ts";
import type { Call, CommonOptions } from "../console/call.ts";
import { type ListingView, printListing } from "../console/listing.ts";
import { createMessages, type Messages } from "../console/messages.ts";
import { resultOrFailure } from "../console/reported-failures.ts";
import { withSession } from "../console/with-session.ts";
import { noFilesYet } from "../resolve/find-by-id.ts";
import { idArguments, isOneId } from "../resolve/id-arguments.ts";

const listingsAtATime = 4;

const columns: ListingView<StoredFile>["columns"] = [
  { title: "FILE", cell: (item) => item.filename, least: 40 },
  { title: "SIZE", cell: (item) => readableBytes(item.fileSizeInBytes), leaves: 1 },
  { title: "ID", cell: (item) => item.id },
];

const byName = (left: StoredFile, right: StoredFile) => naturalOrder(left.filename, right.filename);

/** `cfs files FILE_SET_ID…`. With several ids a failure does not stop the others. */
export function files(
  fileSetIds: readonly string[],
  options: CommonOptions,
  call: Call,
): Promise<void> {
  return withSession(call, async ({ fileStore }) => {
    const order = options.json ? undefined : byName;
    const [first = ""] = fileSetIds;
    if (isOneId(fileSetIds)) {
      const pages = fileStore.files(first, call.signal);
      return printListing(call, options, { pages, columns, empty: noFilesYet, order });
    }
    const messages = createMessages(true, call);
    await printListing(call, options, {
      pages: filesOfAll(fileSetIds, { fileStore, messages, call, order }),
      columns: [...columns, { title: "FILE SET", cell: (item) => item.filesetId, leaves: 2 }],
    });
    messages.throwIfFailed();
  });
}

interface SeveralParts {
  fileStore: FileStore;
  messages: Messages;
  call: Call;
  /** Within each file set; undefined keeps the service's order. */
  order: typeof byName | undefined;
}

/** The files of each file set in the order of the ids, each with its file set's id. */
async function* filesOfAll(
  fileSetIds: readonly string[],
  { fileStore, messages, call, order }: SeveralParts,
): AsyncGenerator<Page<StoredFile>> {
  const { signal } = call;
  const ids = idArguments(fileSetIds, call);
  const listings = mapConcurrently(ids, listingsAtATime, (filesetId) =>
    resultOrFailure(async () => {
      const found = await allItems(fileStore.files(filesetId, signal));
      if (found.length === 0) messages.warn(`${filesetId}: ${noFilesYet}`);
      const named = found.map((file) => ({ ...file, filesetId }));
      return order === undefined ? named : named.sort(order);
    }),
  );
  for await (const found of listings) {
    if (found instanceof AppError) messages.fail(found);
    else yield { items: found };
  }
}
