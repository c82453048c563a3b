import { basename } from "node:path";
import type { FileStore } from "../../api/service.ts";
import type { Parts } from "../../app/compose.ts";
import type { SumsKeeper } from "../../checksums/keep-sums.ts";
import { type FileSet, toTransferFile } from "../../domain/entities.ts";
import { counted, readableBytes, readableCount, readableSeconds } from "../../domain/readable.ts";
import type { Selection } from "../../domain/selection.ts";
import { filesIn, keepFollowed, type Manifest } from "../../sync/manifest.ts";
import { type Arrivals, createArrivals } from "../../sync/missing-files.ts";
import type { Transfer, TransferRequest } from "../../transfer/engine.ts";
import type { Call } from "../console/call.ts";
import { createMessages, type Messages } from "../console/messages.ts";
import { interruptedError } from "../console/reported-failures.ts";
import { applyTransferSettings } from "../console/transfer-settings.ts";
import { withSession } from "../console/with-session.ts";
import { runTransfers, withoutRepeats } from "../transfer/run-transfers.ts";
import { createTransferReport } from "../transfer/transfer-report.ts";
import type { SyncDestination } from "./destination.ts";
import type { SyncOptions, SyncRequest } from "./sync-options.ts";
import { beginRound, listFilesOf, type SyncRound } from "./sync-round.ts";

export type OpenSyncDestination = (parts: Parts) => SyncDestination | Promise<SyncDestination>;

/**
 * Updates a destination once; a folder must be locked by this process. A failure does not stop the rest; rejects
 * with ReportedFailures at the end.
 */
export function syncOnce(
  request: SyncRequest,
  options: SyncOptions,
  openDestination: OpenSyncDestination,
  call: Call,
): Promise<void> {
  const work = async (parts: Parts) => {
    applyTransferSettings(parts, options.limitRate, call);
    const destination = await openDestination(parts);
    try {
      await update({ request, options, destination }, parts, call);
    } finally {
      await destination.close();
    }
  };
  return withSession(call, work, { downloads: true });
}

interface SyncRun {
  request: SyncRequest;
  options: SyncOptions;
  destination: SyncDestination;
}

async function update(
  { destination, options, request }: SyncRun,
  parts: Parts,
  call: Call,
): Promise<void> {
  const { directory, selection } = request;
  const { quiet = false } = options;
  const beganAtMs = call.nowMs();
  const messages = createMessages(call, { quiet });
  const { fail, failures, note } = messages;
  const { manifestFile, sums, view } = destination;
  const { manifest, damage, record } = manifestFile;
  if (damage !== undefined) messages.warn(`Checking the files in ${directory} again: ${damage}.`);
  const round = await beginRound({ request, options, manifest, view }, parts, call);
  const { plan, disk } = round;
  reportPlan(round, options, messages);
  const presentBefore = await countPresent(round, selection, manifest);
  keepFollowed(manifest, plan.followedNow);
  let fetched: Fetched = { saved: 0, skipped: 0, bytesFetched: 0 };
  if (plan.missing.length > 0) {
    await manifestFile.save();
    const arriving = { view, selection, manifest, disk, record, fail, note };
    const arrivals = createArrivals(arriving);
    const fetching = { fileSets: plan.missing, directory, arrivals, destination, sums, messages };
    fetched = await fetchMissing(fetching, options, parts, call);
  }
  let removed = 0;
  if (failures.length === 0) {
    keepFollowed(manifest, plan.followedAfter);
    removed = await destination.removeUnwanted(plan.followedAfter, messages, call.signal);
  }
  await destination.save();
  if (!quiet) {
    const existing = presentBefore + fetched.skipped;
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
  for (const { name } of disk.damaged) note(`${name} was changed since it was fetched.`);
}

/** Counts the selected files in the folder, or the remaining ones if no file set is wanted. */
async function countPresent(
  { plan, disk }: SyncRound,
  selection: Selection,
  manifest: Manifest,
): Promise<number> {
  const { wanted, retired } = plan.followedNow;
  let count = 0;
  for (const id of wanted.length > 0 ? wanted : retired) {
    const fileSet = manifest.fileSets.get(id);
    for (const record of filesIn(manifest, id).values()) {
      if (!selection.file({ filename: record.name }, fileSet)) continue;
      if ((await disk.stateOf(record)) === "present") count += 1;
    }
  }
  return count;
}

interface SyncFetch {
  /** In download order. */
  fileSets: readonly FileSet[];
  directory: string;
  arrivals: Arrivals;
  destination: SyncDestination;
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
    const { fileEnded, openBatch, withSha256 } = fetch.destination;
    for await (const transfer of runTransfers(requests, { progress, openBatch }, parts, call)) {
      const arrived = await noteArrival(transfer, { ...fetch, withSha256 }, call);
      await fileEnded();
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

type NotedArrival = Pick<SyncFetch, "arrivals" | "sums"> & Pick<SyncDestination, "withSha256">;

/** Records the file in the manifest and in SHA256SUMS. Resolves with the transfer, or as failed if unreadable. */
export async function noteArrival(
  transfer: Transfer,
  { arrivals, sums, withSha256 }: NotedArrival,
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
