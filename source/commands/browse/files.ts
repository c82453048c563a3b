import { allItems, type FileStore, type Page } from "../../api/service.ts";
import { mapConcurrently } from "../../base/concurrency.ts";
import { AppError } from "../../base/errors.ts";
import { deliveryKind } from "../../domain/delivery-name.ts";
import type { StoredFile } from "../../domain/entities.ts";
import { naturalOrder } from "../../domain/ordering.ts";
import type { Call } from "../console/call.ts";
import { type ColumnsOf, sizeColumn, timeColumn } from "../console/columns.ts";
import { type ListingOptions, printListing } from "../console/listing.ts";
import { createMessages, type Messages } from "../console/messages.ts";
import { resultOrFailure } from "../console/reported-failures.ts";
import { withSession } from "../console/with-session.ts";
import { noFilesYet } from "../resolve/find-by-id.ts";
import { idArguments, isOneId } from "../resolve/id-arguments.ts";

const listingsAtATime = 4;

const sizeOf = (item: StoredFile) => item.fileSizeInBytes;

function columnsOf(isOfSeveral: boolean): ColumnsOf<"files", StoredFile> {
  return {
    name: { cell: (item) => item.filename, names: { of: "file" }, least: 24 },
    size: { ...sizeColumn(sizeOf), leaves: 2 },
    id: { cell: (item) => item.id },
    "file-set": { cell: (item) => item.filesetId, leaves: 1, extra: !isOfSeveral },
    kind: { cell: (item) => deliveryKind(item.filename) ?? "", extra: true },
    md5: { cell: (item) => item.md5 ?? "", extra: true },
    created: { ...timeColumn(({ created }) => created), extra: true },
    modified: { ...timeColumn(({ modified }) => modified), extra: true },
  };
}

const byName = (left: StoredFile, right: StoredFile) => naturalOrder(left.filename, right.filename);

/** `cfs files FILE_SET_ID…`. With several ids a failure does not stop the others. */
export function files(
  fileSetIds: readonly string[],
  options: ListingOptions,
  call: Call,
): Promise<void> {
  return withSession(call, async ({ fileStore }) => {
    const order = options.json ? undefined : byName;
    const columns = columnsOf(!isOneId(fileSetIds));
    const listed = { columns, noun: "file", bytes: sizeOf };
    const [first = ""] = fileSetIds;
    if (isOneId(fileSetIds)) {
      const pages = fileStore.files(first, call.signal);
      return printListing(call, options, { ...listed, pages, empty: noFilesYet, order });
    }
    const messages = createMessages(true, call);
    await printListing(call, options, {
      ...listed,
      pages: filesOfAll(fileSetIds, { fileStore, messages, call, order }),
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
