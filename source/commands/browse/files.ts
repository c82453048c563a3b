import { allItems, type FileStore, type Page, requestsAtATime } from "../../api/service.ts";
import { mapConcurrently } from "../../base/concurrency.ts";
import { AppError } from "../../base/errors.ts";
import { deliveryKind } from "../../domain/deliveries/name.ts";
import type { StoredFile } from "../../domain/entities.ts";
import { naturalOrder } from "../../domain/ordering.ts";
import type { Selection } from "../../domain/selection.ts";
import type { Call } from "../console/call.ts";
import { type ColumnsOf, sizeColumn, timeColumn } from "../console/columns.ts";
import { type ListingOptions, printListing } from "../console/listing.ts";
import { createMessages, type Messages } from "../console/messages.ts";
import { resultOrFailure } from "../console/reported-failures.ts";
import { withSession } from "../console/with-session.ts";
import { type LookupOptions, readLookupFilter, withPackage } from "../resolve/file-set-filter.ts";
import { explainUnknown, idShape, noFilesYet } from "../resolve/find-by-id.ts";
import { createNameSearch, type NameSearch } from "../resolve/find-by-name.ts";
import { idArguments, isOneId } from "../resolve/id-arguments.ts";
import { readSelection } from "../resolve/selection.ts";
import { selected } from "../resolve/wanted-files.ts";

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

export interface FilesOptions extends ListingOptions, LookupOptions {}

/** `cfs files FILE_SET…`, by ids and names. With several a failure does not stop the others. */
export async function files(
  args: readonly string[],
  options: FilesOptions,
  call: Call,
): Promise<void> {
  const { signal } = call;
  const filter = readLookupFilter(options, call.nowMs());
  const selection = readSelection(options);
  return withSession(call, async ({ fileStore }) => {
    const order = options.json ? undefined : byName;
    const columns = columnsOf(!isOneId(args));
    const listed = { columns, noun: "file", bytes: sizeOf };
    const [first = ""] = args;
    if (isOneId(args) && idShape.test(first) && selection.key === "") {
      const pages = fileStore.files(first, signal);
      return printListing(call, options, { ...listed, pages, empty: noFilesYet, order });
    }
    const inPackage = filter && (await withPackage(filter, options.package, fileStore, signal));
    const names = inPackage && createNameSearch(inPackage, selection, fileStore, signal);
    const messages = createMessages(call, { quiet: true });
    await printListing(call, options, {
      ...listed,
      pages: filesOfAll(args, { fileStore, names, selection, messages, call, order }),
    });
    messages.throwIfFailed();
  });
}

interface SeveralParts {
  fileStore: FileStore;
  /** Undefined without a bucket. */
  names: NameSearch | undefined;
  selection: Selection;
  messages: Messages;
  call: Call;
  /** Within each file set; undefined keeps the service's order. */
  order: typeof byName | undefined;
}

/** The files of each file set in the order of the arguments, each with its file set's id. */
async function* filesOfAll(
  args: readonly string[],
  parts: SeveralParts,
): AsyncGenerator<Page<StoredFile>> {
  const { messages, call, order } = parts;
  const listings = mapConcurrently(idArguments(args, call), requestsAtATime, (word) =>
    resultOrFailure(async () => {
      const found = await filesOfOne(word, parts);
      return order === undefined ? found : found.sort(order);
    }),
  );
  for await (const found of listings) {
    if (found instanceof AppError) messages.fail(found);
    else yield { items: found };
  }
}

async function filesOfOne(word: string, parts: SeveralParts): Promise<StoredFile[]> {
  const { fileStore, names, selection, messages, call } = parts;
  const { warn } = messages;
  const named = idShape.test(word) ? undefined : await names?.find(word);
  const filesetId = named?.fileSet.id ?? word;
  const found =
    named?.kind === "file"
      ? [named.file]
      : await explainUnknown(word, names, () => allItems(fileStore.files(filesetId, call.signal)));
  if (found.length === 0) warn(`${word}: ${noFilesYet}`);
  const ofSet = found.map((file) => ({ ...file, filesetId }));
  return selected(word, ofSet, named?.fileSet, { selection, warn });
}
