import { basename } from "node:path";
import type { FileStore } from "../../api/service.ts";
import type { Parts } from "../../app/compose.ts";
import { isAbort } from "../../base/errors.ts";
import { type FileSet, toTransferFile } from "../../domain/entities.ts";
import { counted, readableBytes, readableCount, readableSeconds } from "../../domain/readable.ts";
import { diskError } from "../../files/disk.ts";
import { sha256Of } from "../../sync/folder-state.ts";
import { filesIn, keepFollowed, type Manifest, syncPathsOf } from "../../sync/manifest.ts";
import { type ManifestFile, openManifest } from "../../sync/manifest-file.ts";
import { type Arrivals, createArrivals } from "../../sync/missing-files.ts";
import { forgetVanished, prune, staysNote } from "../../sync/prune.ts";
import type { Transfer, TransferRequest } from "../../transfer/engine.ts";
import type { Call } from "../console/call.ts";
import { createMessages, type Messages } from "../console/messages.ts";
import { interruptedError } from "../console/reported-failures.ts";
import { withSession } from "../console/with-session.ts";
import { runTransfers } from "../transfer/run-transfers.ts";
import { createTransferReport } from "../transfer/transfer-report.ts";
import type { SyncOptions, SyncRequest } from "./sync-options.ts";
import { beginRound, listFilesOf, type SyncRound } from "./sync-round.ts";

/**
 * Updates a folder that this process has locked. A failure does not stop the rest; rejects with
 * ReportedFailures at the end.
 */
export function syncOnce(request: SyncRequest, options: SyncOptions, call: Call): Promise<void> {
  return withSession(call, async (parts) => {
    const kept = openManifest(syncPathsOf(request.directory));
    try {
      await update(request, kept, options, parts, call);
    } finally {
      kept.close();
    }
  });
}

async function update(
  request: SyncRequest,
  kept: ManifestFile,
  options: SyncOptions,
  parts: Parts,
  call: Call,
): Promise<void> {
  const { directory, selection } = request;
  const { quiet = false } = options;
  const beganAtMs = call.nowMs();
  const messages = createMessages(quiet, call);
  const { fail, failures, note } = messages;
  const { manifest, damage, record } = kept;
  if (damage !== undefined)
    messages.warn(`What ${directory} holds is looked at anew, since ${damage}.`);
  const round = await beginRound(request, manifest, options, parts, call);
  const { plan, disk } = round;
  reportPlan(round, options, messages);
  const thereBefore = await countThere(round, manifest);
  keepFollowed(manifest, plan.begun);
  let fetched: Fetched = { saved: 0, skipped: 0, bytesFetched: 0 };
  if (plan.missing.length > 0) {
    await kept.save();
    const arriving = { directory, selection, manifest, disk, record, fail, note };
    const arrivals = createArrivals(arriving);
    const fetching = { fileSets: plan.missing, directory, arrivals, messages };
    fetched = await fetchMissing(fetching, options, parts, call);
  }
  let removed = 0;
  if (failures.length === 0) {
    keepFollowed(manifest, plan.ended);
    removed = await tidy(directory, manifest, round, options, messages, call);
  }
  await kept.save();
  if (!quiet) {
    const counts = [
      counted(fetched.saved, "new file"),
      `${readableCount(thereBefore + fetched.skipped)} there already`,
      `${readableCount(failures.length)} failed`,
      ...(removed > 0 ? [`${readableCount(removed)} removed`] : []),
    ];
    const seconds = (call.nowMs() - beganAtMs) / 1_000;
    const amounts = `${readableBytes(fetched.bytesFetched)} in ${readableSeconds(seconds)}`;
    call.stderr.write(`${counts.join(", ")}: ${amounts}\n`);
  }
  messages.throwIfFailed();
}

function reportPlan({ plan, disk }: SyncRound, { verify }: SyncOptions, { note }: Messages): void {
  for (const text of plan.notes) note(text);
  // Without --verify damaged files stay and are reported later.
  if (!verify) return;
  for (const { name } of disk.damaged) note(`${name} is not as it was fetched.`);
}

/** Counts the wanted files in the folder, or the remaining ones if no file is wanted. */
async function countThere({ plan, disk }: SyncRound, manifest: Manifest): Promise<number> {
  const { wanted, retired } = plan.begun;
  let count = 0;
  for (const id of wanted.length > 0 ? wanted : retired) {
    for (const record of filesIn(manifest, id).values())
      if ((await disk.stateOf(record)) === "there") count += 1;
  }
  return count;
}

/** Prunes if `--prune` is given. Resolves with the number of removed files. */
async function tidy(
  directory: string,
  manifest: Manifest,
  { plan: { ended } }: SyncRound,
  options: SyncOptions,
  { note }: Messages,
  { signal }: Call,
): Promise<number> {
  if (ended.retired.length === 0) return 0;
  if (!options.prune) {
    forgetVanished(directory, manifest);
    return 0;
  }
  const { removed, kept } = await prune({ directory, manifest, ended, signal });
  for (const record of kept) note(staysNote(record));
  return removed.length;
}

interface SyncFetch {
  /** In download order. */
  fileSets: readonly FileSet[];
  directory: string;
  arrivals: Arrivals;
  messages: Messages;
}

interface Fetched {
  saved: number;
  /** Files that were in the folder but not in its manifest. */
  skipped: number;
  bytesFetched: number;
}

/**
 * Reports each transfer that ended. Rejects with an AppError if it cannot continue; `arrivals` then has the
 * files that arrived.
 */
async function fetchMissing(
  { fileSets, directory, arrivals, messages }: SyncFetch,
  options: SyncOptions,
  parts: Parts,
  call: Call,
): Promise<Fetched> {
  const { progress } = messages;
  const fetched: Fetched = { saved: 0, skipped: 0, bytesFetched: 0 };
  const report = createTransferReport({ ...options, messages }, call);
  try {
    const requests = requestsFor(fileSets, directory, arrivals, parts.fileStore, call.signal);
    for await (const transfer of runTransfers(requests, progress, parts, call)) {
      const arrived = await noteArrival(transfer, arrivals, call);
      if (arrived.state === "saved" || arrived.state === "skipped") fetched[arrived.state] += 1;
      fetched.bytesFetched += arrived.bytesFetched;
      await report.ended(arrived);
    }
    return fetched;
  } catch (thrown) {
    throw interruptedError(thrown, "Syncing");
  } finally {
    progress.end();
  }
}

async function* requestsFor(
  fileSets: readonly FileSet[],
  directory: string,
  arrivals: Arrivals,
  fileStore: FileStore,
  signal: AbortSignal,
): AsyncGenerator<TransferRequest> {
  const listed = listFilesOf(fileSets, fileStore, signal);
  for await (const { file, fileSet, onto } of arrivals.missing(listed)) {
    yield { file: { ...toTransferFile(file), fileSetId: fileSet.id }, directory, onto };
  }
}

/** The transfer with its file's checksum, or as it failed. */
async function noteArrival(transfer: Transfer, arrivals: Arrivals, call: Call): Promise<Transfer> {
  const { path, file, state, bytesTotal } = transfer;
  if (path === undefined || bytesTotal === undefined || state === "failed") return transfer;
  try {
    const sha256 = transfer.sha256 ?? (await sha256Of(path, call.signal));
    const { fileId, fileSetId, md5 } = file;
    const found = { fileId, fileSetId, name: basename(path), bytes: bytesTotal, sha256, md5 };
    arrivals.arrived(found, state === "saved");
    return { ...transfer, sha256 };
  } catch (thrown) {
    if (isAbort(thrown)) throw thrown;
    return { ...transfer, state: "failed", error: diskError(thrown, `Reading ${path}`) };
  }
}
