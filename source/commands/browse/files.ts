import type { FileStore, Page } from "../../api/service.ts";
import { mapConcurrently } from "../../base/concurrency.ts";
import { AppError } from "../../base/errors.ts";
import type { StoredFile } from "../../domain/entities.ts";
import { naturalOrder } from "../../domain/ordering.ts";
import { readableBytes } from "../../domain/readable.ts";
import type { Call, CommonOptions } from "../console/call.ts";
import { type ListingView, printListing } from "../console/listing.ts";
import { createTalk, type Talk } from "../console/messages.ts";
import { failureOfOne } from "../console/reported-failures.ts";
import { withSession } from "../console/with-session.ts";
import { isOneWord, withInput } from "../resolve/id-arguments.ts";
import { noFilesYet } from "../resolve/wanted-files.ts";

const listingsAtATime = 4;

const columns: ListingView<StoredFile>["columns"] = [
  { title: "FILE", cell: (item) => item.filename, least: 40 },
  { title: "SIZE", cell: (item) => readableBytes(item.fileSizeInBytes), leaves: 1 },
  { title: "ID", cell: (item) => item.id },
];

const byName = (left: StoredFile, right: StoredFile) => naturalOrder(left.filename, right.filename);

/** `cfs files FILE_SET_ID…`. Of several, each failure is reported in its turn, and the rest goes on. */
export function files(
  fileSetIds: readonly string[],
  options: CommonOptions,
  call: Call,
): Promise<void> {
  return withSession(call, async ({ fileStore }) => {
    const order = options.json ? undefined : byName;
    const [first = ""] = fileSetIds;
    if (isOneWord(fileSetIds)) {
      const pages = fileStore.files(first, call.signal);
      return printListing(call, options, { pages, columns, empty: noFilesYet, order });
    }
    const talk = createTalk(true, call);
    await printListing(call, options, {
      pages: filesOfAll(fileSetIds, { fileStore, talk, call, order }),
      columns: [...columns, { title: "FILE SET", cell: (item) => item.filesetId, leaves: 2 }],
    });
    talk.throwIfFailed();
  });
}

interface SeveralParts {
  fileStore: FileStore;
  talk: Talk;
  call: Call;
  /** Within each file set; the service's own where it is left out. */
  order: typeof byName | undefined;
}

/** The files of each file set, in the order of the ids; an item always names its file set. */
async function* filesOfAll(
  fileSetIds: readonly string[],
  { fileStore, talk, call, order }: SeveralParts,
): AsyncGenerator<Page<StoredFile>> {
  const { signal } = call;
  const ids = withInput(fileSetIds, call);
  const listings = mapConcurrently(ids, listingsAtATime, async (filesetId) => {
    const found: StoredFile[] = [];
    try {
      for await (const { items } of fileStore.files(filesetId, signal)) found.push(...items);
    } catch (thrown) {
      return failureOfOne(thrown);
    }
    if (found.length === 0) talk.warn(`${filesetId}: ${noFilesYet}`);
    const named = found.map((file) => ({ ...file, filesetId }));
    return order === undefined ? named : named.sort(order);
  });
  for await (const found of listings) {
    if (found instanceof AppError) talk.fail(found);
    else yield { items: found };
  }
}
