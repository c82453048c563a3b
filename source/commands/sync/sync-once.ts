import { basename, join } from "node:path";
import type { FileStore } from "../../api/service.ts";
import type { Parts } from "../../app/compose.ts";
import { createSumsKeeper, noSums, type SumsKeeper } from "../../checksums/keep-sums.ts";
import { type FileSet, toTransferFile } from "../../domain/entities.ts";
import { counted, readableBytes, readableCount, readableSeconds } from "../../domain/readable.ts";
import type { Selection } from "../../domain/selection.ts";
import { stateBySize } from "../../sync/folder-state.ts";
import { filesIn, keepFollowed, type Manifest, syncPathsOf } from "../../sync/manifest.ts";
import { type ManifestFile, openManifest } from "../../sync/manifest-file.ts";
import { type Arrivals, createArrivals } from "../../sync/missing-files.ts";
import { forgetVanished, prune, staysNote } from "../../sync/prune.ts";
import type { Transfer, TransferRequest } from "../../transfer/engine.ts";
import type { Call } from "../console/call.ts";
import { createMessages, type Messages } from "../console/messages.ts";
import { interruptedError } from "../console/reported-failures.ts";
import { withSession } from "../console/with-session.ts";
import { runTransfers, withoutRepeats } from "../transfer/run-transfers.ts";
import { createTransferReport, withSha256 } from "../transfer/transfer-report.ts";
import type { SyncOptions, SyncRequest } from "./sync-options.ts";
import { beginRound, listFilesOf, type SyncRound } from "./sync-round.ts";

/**
 * Updates a folder that this process has locked. A failure does not stop the rest; rejects with
 * ReportedFailures at the end.
 */
export function syncOnce(request: SyncRequest, options: SyncOptions, call: Call): Promise<void> {
  return withSession(call, async (parts) => {
    parts.bandwidth.change(options.limitRate);
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
  if (damage !== undefined) messages.warn(`Checking the files in ${directory} again: ${damage}.`);
  const round = await beginRound(request, manifest, options, parts, call);
  const { plan, disk } = round;
  const sums = options.checksums ? createSumsKeeper(directory) : noSums;
  reportPlan(round, options, messages);
  const thereBefore = await countThere(round, selection, manifest);
  keepFollowed(manifest, plan.begun);
  let fetched: Fetched = { saved: 0, skipped: 0, bytesFetched: 0 };
  if (plan.missing.length > 0) {
    await kept.save();
    const arriving = { directory, selection, manifest, disk, record, fail, note };
    const arrivals = createArrivals(arriving);
    const fetching = { fileSets: plan.missing, directory, arrivals, sums, messages };
    fetched = await fetchMissing(fetching, options, parts, call);
  }
  let removed = 0;
  if (failures.length === 0) {
    keepFollowed(manifest, plan.ended);
    removed = await tidy({ directory, manifest, sums }, round, options, messages, call);
  }
  await kept.save();
  if (options.checksums) await recordAll({ directory, manifest, sums });
  if (!quiet) {
    const existing = thereBefore + fetched.skipped;
    const counts = [
      counted(fetched.saved, "new file"),
      `${readableCount(existing)} up to date`,
      `${readableCount(failures.length)} failed`,
      ...(removed > 0 ? [`${readableCount(removed)} removed`] : []),
    ];
    const seconds = (call.nowMs() - beganAtMs) / 1_000;
    const amounts = `${readableBytes(fetched.bytesFetched)} in ${readableSeconds(seconds)}`;
    const isSame = fetched.saved + failures.length + removed === 0;
    if (isSame) call.stderr.write(`Up to date: ${counted(existing, "file")}, nothing new.\n`);
    else call.stderr.write(`${counts.join(", ")}: ${amounts}\n`);
  }
  messages.throwIfFailed();
}

function reportPlan({ plan, disk }: SyncRound, { verify }: SyncOptions, { note }: Messages): void {
  for (const text of plan.notes) note(text);
  // Without --verify damaged files stay and are reported later.
  if (!verify) return;
  for (const { name } of disk.damaged) note(`${name} is not as it was fetched.`);
}

/** Counts the selected files in the folder, or the remaining ones if no file set is wanted. */
async function countThere(
  { plan, disk }: SyncRound,
  selection: Selection,
  manifest: Manifest,
): Promise<number> {
  const { wanted, retired } = plan.begun;
  let count = 0;
  for (const id of wanted.length > 0 ? wanted : retired) {
    const fileSet = manifest.fileSets.get(id);
    for (const record of filesIn(manifest, id).values()) {
      if (!selection.file({ filename: record.name }, fileSet)) continue;
      if ((await disk.stateOf(record)) === "there") count += 1;
    }
  }
  return count;
}

interface SyncedFolder {
  directory: string;
  manifest: Manifest;
  sums: SumsKeeper;
}

/** Lists the files of earlier runs too. */
async function recordAll({ directory, manifest, sums }: SyncedFolder): Promise<void> {
  for (const records of manifest.files.values()) {
    for (const { name, bytes, sha256 } of records.values()) {
      if (stateBySize(join(directory, name), bytes) === "there") await sums.record(name, sha256);
    }
  }
  await sums.save();
}

/** Prunes if `--prune` is given. Resolves with the number of removed files. */
async function tidy(
  { directory, manifest, sums }: SyncedFolder,
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
  const { removed, kept } = await prune({
    directory,
    manifest,
    ended,
    willRemove: sums.drop,
    signal,
  });
  for (const record of kept) note(staysNote(record));
  return removed.length;
}

interface SyncFetch {
  /** In download order. */
  fileSets: readonly FileSet[];
  directory: string;
  arrivals: Arrivals;
  sums: SumsKeeper;
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
  fetch: SyncFetch,
  options: SyncOptions,
  parts: Parts,
  call: Call,
): Promise<Fetched> {
  const { messages } = fetch;
  const { progress } = messages;
  const fetched: Fetched = { saved: 0, skipped: 0, bytesFetched: 0 };
  const report = createTransferReport({ ...options, messages }, call);
  try {
    const requests = withoutRepeats(requestsFor(fetch, parts.fileStore, call.signal));
    for await (const transfer of runTransfers(requests, progress, parts, call)) {
      const arrived = await noteArrival(transfer, fetch, call);
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
  { fileSets, directory, arrivals, sums }: SyncFetch,
  fileStore: FileStore,
  signal: AbortSignal,
): AsyncGenerator<TransferRequest> {
  const listed = listFilesOf(fileSets, fileStore, signal);
  for await (const { file, fileSet, onto } of arrivals.missing(listed)) {
    if (onto !== undefined) await sums.drop([onto]);
    yield { file: { ...toTransferFile(file), fileSetId: fileSet.id }, directory, onto };
  }
}

/** Records the file in the manifest and in SHA256SUMS. Resolves with the transfer, or as failed if unreadable. */
export async function noteArrival(
  transfer: Transfer,
  { arrivals, sums }: Pick<SyncFetch, "arrivals" | "sums">,
  call: Call,
): Promise<Transfer> {
  const ended = await withSha256(transfer, call.signal);
  const { path, file, state, bytesTotal, sha256 } = ended;
  if (path === undefined || bytesTotal === undefined || sha256 === undefined) return ended;
  if (state === "failed") return ended;
  const { fileId, fileSetId, md5 } = file;
  const name = basename(path);
  arrivals.arrived({ fileId, fileSetId, name, bytes: bytesTotal, sha256, md5 }, state === "saved");
  await sums.record(name, sha256);
  return ended;
}
