import {
  allItems,
  type FileSetFilter,
  type FileStore,
  requestsAtATime,
} from "../../api/service.ts";
import { mapConcurrently } from "../../base/concurrency.ts";
import { AppError } from "../../base/errors.ts";
import type { FileSet, StoredFile } from "../../domain/entities.ts";
import { naturalOrder, newestFirst } from "../../domain/ordering.ts";
import { counted, readableBytes, readableCount } from "../../domain/readable.ts";
import type { Selection } from "../../domain/selection.ts";
import { settleNames } from "../../plan/names.ts";
import type { PlanHead, PlannedFile } from "../../plan/plan.ts";
import { firstExpiry } from "../../plan/planned-addresses.ts";
import type { Call } from "../console/call.ts";
import { createMessages } from "../console/messages.ts";
import { usageError } from "../console/usage-error.ts";
import { withSession } from "../console/with-session.ts";
import type { Destination } from "../resolve/destination.ts";
import {
  type FilterInPackage,
  readFilterOptions,
  withPackage,
} from "../resolve/file-set-filter.ts";
import { readSelection } from "../resolve/selection.ts";
import { momentOptions, selectionWithinPackage } from "../resolve/selection-options.ts";
import type { PlanOptions } from "./plan-options.ts";
import { printPlan } from "./print-plan.ts";

/** Prints the plan of all selected files of READY file sets. */
export async function makePlan(
  args: PlanArguments,
  options: PlanOptions,
  call: Call,
): Promise<void> {
  const { bucket, output } = readArguments(args);
  const filter = readFilterOptions(bucket, selectionWithinPackage(options), call.nowMs());
  const selection = readSelection(options);
  await withSession(call, async ({ fileStore }) => {
    const { signal } = call;
    const within = await withPackage(filter, options.package, fileStore, signal);
    const listed = await listFiles(within, selection, fileStore, signal);
    const files = options.withAddresses ? await withUrls(listed, fileStore, signal) : listed;
    const facts = { filter: writtenFilter(within, options), destination: output.directory };
    const addressesExpire = firstExpiry(files);
    const messages = createMessages(call, options);
    await printPlan({ ...facts, addressesExpire }, files, messages, call);
    messages.note(summaryOf(files, output.directory));
  });
}

interface PlanArguments {
  bucket: string | undefined;
  output: Destination | undefined;
}

function readArguments({ bucket, output }: PlanArguments): { bucket: string; output: Destination } {
  const missing = [
    ...(bucket === undefined ? ["BUCKET"] : []),
    ...(output === undefined ? ["-o"] : []),
  ];
  if (bucket === undefined || output === undefined)
    throw usageError(missing.join(" and "), "See cfs plan --help.", "Missing");
  return { bucket, output };
}

/** The selected files, oldest file set first, so that names stay the same when more file sets follow. */
async function listFiles(
  filter: FileSetFilter,
  selection: Selection,
  fileStore: FileStore,
  signal: AbortSignal,
): Promise<PlannedFile[]> {
  const listed = await allItems(fileStore.fileSets({ ...filter, status: "READY" }, signal));
  const oldestFirst = listed
    .filter((item) => item.status === "READY" && selection.fileSet(item) !== "none")
    .sort((left, right) => newestFirst(right, left) || naturalOrder(left.id, right.id));
  const found = new Map<string, { file: StoredFile; fileSet: FileSet }>();
  const listings = mapConcurrently(oldestFirst, requestsAtATime, async (fileSet) => ({
    fileSet,
    files: await filesOfSet(fileSet, fileStore, signal),
  }));
  for await (const { fileSet, files } of listings) {
    for (const file of files.toSorted(byName))
      if (selection.file(file, fileSet) && !found.has(file.id))
        found.set(file.id, { file, fileSet });
  }
  const all = [...found.values()];
  const names = settleNames(all.map(({ file }) => file.filename));
  return all.map(({ file, fileSet }, index) => ({
    fileId: file.id,
    fileSetId: fileSet.id,
    name: names[index] ?? "",
    size: file.fileSizeInBytes ?? null,
    md5: file.md5 ?? null,
    availableTo: fileSet.availableTo ?? null,
  }));
}

function byName(left: StoredFile, right: StoredFile): number {
  return naturalOrder(left.filename, right.filename) || naturalOrder(left.id, right.id);
}

/** All files of the file set. Rejects with an AppError of kind service if the listing is short. */
async function filesOfSet(
  { id, name, numFiles }: FileSet,
  fileStore: FileStore,
  signal: AbortSignal,
): Promise<StoredFile[]> {
  const files = await allItems(fileStore.files(id, signal));
  if (files.length >= numFiles) return files;
  throw new AppError({
    kind: "service",
    tried: `Listing the files of ${name}`,
    answered: `the service reports ${counted(numFiles, "file")} but lists ${readableCount(files.length)}`,
    advice: "A plan needs all files. Try again later.",
  });
}

async function withUrls(
  files: readonly PlannedFile[],
  fileStore: FileStore,
  signal: AbortSignal,
): Promise<PlannedFile[]> {
  const found: PlannedFile[] = [];
  const addresses = mapConcurrently(files, requestsAtATime, async (file) => ({
    ...file,
    url: (await fileStore.fileUrl(file.fileId, signal)).reveal(),
  }));
  for await (const file of addresses) found.push(file);
  return found;
}

/** The options of the call, with times in UTC, so that they mean the same on another day. */
function writtenFilter(within: FilterInPackage, options: PlanOptions): PlanHead["filter"] {
  const { bucket, packageId, packageName } = within;
  const filter: PlanHead["filter"] = { bucket };
  if (packageId !== undefined) filter["packageId"] = packageId;
  if (packageName !== undefined) filter["package"] = packageName;
  for (const [name, value] of Object.entries(selectionWithinPackage(options)))
    if (value !== undefined) filter[name] = value;
  for (const [name] of momentOptions) {
    const time = within[name];
    if (time !== undefined) filter[name] = time;
  }
  return filter;
}

function summaryOf(files: readonly PlannedFile[], destination: string): string {
  if (files.length === 0) return "No file is selected: the plan is empty.";
  const bytes = files.reduce((sum, { size }) => sum + (size ?? 0), 0);
  return `${counted(files.length, "file")}, ${readableBytes(bytes)}, into ${destination}.`;
}
