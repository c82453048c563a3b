import type { FileSetFilter } from "../../api/service.ts";
import type { Parts } from "../../app/compose.ts";
import { AppError } from "../../base/errors.ts";
import { noSums, type SumsKeeper } from "../../checksums/keep-sums.ts";
import { type StoredFile, toTransferFile } from "../../domain/entities.ts";
import { localFileName } from "../../domain/file-name.ts";
import type { Selection } from "../../domain/selection.ts";
import type { TransferRequest } from "../../transfer/engine.ts";
import type { Call } from "../console/call.ts";
import { createMessages, type Messages } from "../console/messages.ts";
import { withTimeLimit } from "../console/time-limit.ts";
import { applyTransferSettings } from "../console/transfer-settings.ts";
import { usageError } from "../console/usage-error.ts";
import { withSession } from "../console/with-session.ts";
import { type Destination, readDestination, refuseForStore } from "../resolve/destination.ts";
import { readLookupFilter, withPackage } from "../resolve/file-set-filter.ts";
import type { FileLookup } from "../resolve/find-by-id.ts";
import { createNameSearch } from "../resolve/find-by-name.ts";
import { idArguments } from "../resolve/id-arguments.ts";
import { latestFileSet } from "../resolve/latest-file-set.ts";
import { readSelection } from "../resolve/selection.ts";
import { filesOf, selected, wantedFiles } from "../resolve/wanted-files.ts";
import { fetchRequests } from "./fetch-requests.ts";
import type { GetOptions } from "./get-options.ts";
import { openDestination } from "./open-destination.ts";

/**
 * `cfs get`. A failure does not stop the rest; rejects with ReportedFailures at the end, or with an AppError
 * of kind time-limit after `--max-duration`.
 */
export function get(args: readonly string[], options: GetOptions, call: Call): Promise<void> {
  return withTimeLimit(options.maxDuration, call, "Downloading", async (limited) => {
    if (options.plan === undefined) return download(args, options, limited);
    const { getPlan } = await import("./get-plan.ts");
    return getPlan(options.plan, args, options, limited);
  });
}

async function download(args: readonly string[], options: GetOptions, call: Call): Promise<void> {
  const request = readGetOptions(args, options, call);
  const work = async (parts: Parts) => {
    applyTransferSettings(parts, options.limitRate, call);
    const messages = createMessages(call, options);
    const { checksums = false, dryRun = false } = options;
    const destination = await openDestination(request.destination, parts, call);
    const sums = checksums && !dryRun ? destination.keepSums() : noSums;
    const requests = requestsFor(request, options, parts, { call, messages, sums });
    await fetchRequests(requests, { ...options, destination, sums, messages }, parts, call);
  };
  await withSession(call, work, { downloads: options.dryRun !== true });
}

async function* requestsFor(
  { destination: { directory }, filter, selection, args }: GetRequest,
  options: GetOptions,
  { fileStore }: Parts,
  { call, messages, sums }: { call: Call; messages: Messages; sums: SumsKeeper },
): AsyncGenerator<TransferRequest> {
  const { signal } = call;
  const inPackage = filter && (await withPackage(filter, options.package, fileStore, signal));
  const names = inPackage && createNameSearch(inPackage, selection, fileStore, signal);
  const { fail, warn } = messages;
  const lookup: FileLookup = { fileStore, names, selection, signal, warn, fail };
  let count = 0;
  for await (const found of options.latest && inPackage
    ? latestOf(inPackage)
    : wantedFiles(idArguments(args, call), lookup)) {
    if (found instanceof AppError) {
      fail(found);
      continue;
    }
    count += found.length;
    const { overwrite = false } = options;
    const files = found.map(toTransferFile);
    if (overwrite) await sums.drop(files.map(({ name }) => localFileName(name)));
    for (const file of files) yield { file, directory, overwrite };
  }
  if (selection.key !== "" && count === 0 && messages.failures.length === 0)
    throw nothingSelected();

  async function* latestOf(among: FileSetFilter): AsyncGenerator<StoredFile[]> {
    const fileSet = await latestFileSet(among, selection, fileStore, signal);
    yield selected(fileSet.name, await filesOf(fileSet, lookup), fileSet, lookup);
  }
}

function nothingSelected(): AppError {
  return new AppError({
    kind: "not-found",
    tried: "Downloading",
    answered: "the selection leaves out every file",
    advice: "See cfs files for their names.",
  });
}

/** Ids and names, or the newest file set that matches a filter. */
export interface GetRequest {
  args: readonly string[];
  /** The filter without the package; undefined without a bucket. */
  filter: FileSetFilter | undefined;
  selection: Selection;
  destination: Destination;
}

const advice = "See cfs get --help.";

/** Throws an AppError of kind usage if options are invalid or conflict. */
export function readGetOptions(
  args: readonly string[],
  options: GetOptions,
  call: Call,
): GetRequest {
  const { bucket, latest = false } = options;
  if (options.shard !== undefined) throw usageError("--shard needs --plan", advice);
  if (latest && args.length > 0)
    throw usageError(
      "--latest excludes ids and names",
      "Leave out --latest, or the ids and names.",
    );
  if (!latest && args.length === 0)
    throw usageError("give an id, a name or --latest", advice, "Nothing to download");
  if (latest && bucket === undefined) throw usageError("--latest needs --bucket", advice);
  const destination = options.output ?? readDestination(".");
  refuseForStore(destination, { "--unpack": options.unpack, "--dry-run": options.dryRun });
  const filter = readLookupFilter(options, call.nowMs());
  return { args, filter, selection: readSelection(options), destination };
}
