import { basename, resolve } from "node:path";
import type { FileSetFilter } from "../../api/service.ts";
import type { Parts } from "../../app/compose.ts";
import { AppError } from "../../base/errors.ts";
import { createSumsKeeper, noSums, type SumsKeeper } from "../../checksums/keep-sums.ts";
import { type StoredFile, toTransferFile } from "../../domain/entities.ts";
import { localFileName } from "../../domain/file-name.ts";
import { createFirstFew, newestFirst } from "../../domain/ordering.ts";
import type { TransferRequest } from "../../transfer/engine.ts";
import type { Call, CommonOptions } from "../console/call.ts";
import { createMessages, type Messages } from "../console/messages.ts";
import { interruptedError } from "../console/reported-failures.ts";
import { usageError } from "../console/usage-error.ts";
import { withSession } from "../console/with-session.ts";
import { findPackage, readFilterOptions } from "../resolve/file-set-filter.ts";
import type { FileLookup } from "../resolve/find-by-id.ts";
import { createNameSearch } from "../resolve/find-by-name.ts";
import { idArguments } from "../resolve/id-arguments.ts";
import { filesOf, wantedFiles } from "../resolve/wanted-files.ts";
import { runTransfers } from "./run-transfers.ts";
import { withSha256 } from "./sha256.ts";
import { createTransferReport } from "./transfer-report.ts";

/** `cfs get`. A failure does not stop the rest; rejects with ReportedFailures at the end. */
export async function get(
  words: readonly string[],
  options: GetOptions,
  call: Call,
): Promise<void> {
  const request = readGetOptions(words, options, call);
  await withSession(call, async (parts) => {
    const messages = createMessages(options.quiet ?? false, call);
    const { progress } = messages;
    const report = createTransferReport({ ...options, messages }, call);
    const { checksums = false } = options;
    const sums = checksums ? createSumsKeeper(resolve(options.output ?? ".")) : noSums;
    try {
      const requests = requestsFor(request, options, parts, { call, messages, sums });
      const recordsSha256 = options.json === true || checksums;
      for await (const transfer of runTransfers(requests, progress, parts, call, recordsSha256)) {
        const ended = checksums ? await withSha256(transfer, call.signal) : transfer;
        if (ended.path !== undefined && ended.sha256 !== undefined)
          await sums.record(basename(ended.path), ended.sha256);
        await report.ended(ended);
      }
    } catch (thrown) {
      throw interruptedError(thrown, "Downloading");
    } finally {
      progress.end();
      await sums.save();
    }
    report.summarize();
    messages.throwIfFailed();
  });
}

async function* requestsFor(
  { words, filter }: GetRequest,
  options: GetOptions,
  { fileStore }: Parts,
  { call, messages, sums }: { call: Call; messages: Messages; sums: SumsKeeper },
): AsyncGenerator<TransferRequest> {
  const { signal } = call;
  const directory = resolve(options.output ?? ".");
  const place = await placeOf(filter, options.package);
  const names = place && createNameSearch(fileStore, place, signal);
  const wanted: FileLookup = { fileStore, names, signal, note: messages.warn };
  for await (const found of options.latest && place
    ? latestOf(place)
    : wantedFiles(idArguments(words, call), wanted)) {
    if (found instanceof AppError) {
      messages.fail(found);
      continue;
    }
    const { overwrite = false } = options;
    const files = found.map(toTransferFile);
    if (overwrite) await sums.drop(files.map(({ name }) => localFileName(name)));
    for (const file of files) yield { file, directory, overwrite };
  }

  async function placeOf(
    within: FileSetFilter | undefined,
    packageWords: string | undefined,
  ): Promise<FileSetFilter | undefined> {
    if (within === undefined || packageWords === undefined) return within;
    const found = await findPackage(fileStore, within.bucket, packageWords, signal);
    return { ...within, packageId: found.packageId };
  }

  async function* latestOf(within: FileSetFilter): AsyncGenerator<StoredFile[]> {
    const first = createFirstFew(1, newestFirst);
    for await (const { items } of fileStore.fileSets({ ...within, status: "READY" }, signal))
      first.add(items);
    const [newest] = first.items();
    if (newest === undefined) {
      throw new AppError({
        kind: "not-found",
        tried: `Looking for the newest file set of ${within.bucket}`,
        answered: "none that is READY fits",
        advice: `See cfs file-sets ${within.bucket}.`,
      });
    }
    yield await filesOf(newest, wanted);
  }
}

export interface GetOptions extends CommonOptions {
  bucket?: string;
  package?: string;
  latest?: boolean;
  name?: string;
  attribute?: string[];
  output?: string;
  overwrite?: boolean;
  unpack?: boolean;
  checksums?: boolean;
  quiet?: boolean;
}

/** Ids and names, or the newest file set that matches a filter. */
export interface GetRequest {
  words: readonly string[];
  /** The filter without the package; undefined without a bucket. */
  filter: FileSetFilter | undefined;
}

const advice =
  "Give ids, - for ids on standard input, names with --bucket, or --latest with --bucket; cfs get --help has examples.";

/** Throws an AppError of kind usage if options are invalid or conflict. */
export function readGetOptions(
  words: readonly string[],
  options: GetOptions,
  call: Call,
): GetRequest {
  const { bucket, latest = false } = options;
  if (latest && words.length > 0) throw usageError("--latest and ids do not go together", advice);
  if (!latest && words.length === 0) throw usageError("nothing is asked for", advice);
  if (bucket === undefined) {
    if (latest) throw usageError("--latest needs --bucket", advice);
    if (options.package !== undefined) throw usageError("--package needs --bucket", advice);
  }
  if (!latest && (options.name !== undefined || options.attribute !== undefined))
    throw usageError("--name and --attribute are for --latest", advice);
  const { name, attribute } = options;
  return {
    words,
    filter:
      bucket === undefined
        ? undefined
        : readFilterOptions(bucket, { name, attribute }, call.nowMs()),
  };
}
