import { basename } from "node:path";
import type { FileStore } from "../../api/service.ts";
import type { Parts } from "../../app/compose.ts";
import { isAbort } from "../../base/errors.ts";
import { type FileSet, toTransferFile } from "../../domain/entities.ts";
import { diskError } from "../../files/disk.ts";
import { sha256Of } from "../../sync/folder-state.ts";
import type { Arrivals } from "../../sync/missing-files.ts";
import type { Transfer, TransferRequest } from "../../transfer/engine.ts";
import type { Call } from "../console/call.ts";
import type { Messages } from "../console/messages.ts";
import { interruptedError } from "../console/reported-failures.ts";
import { runTransfers } from "../transfer/run-transfers.ts";
import { createTransferReport } from "../transfer/transfer-report.ts";
import type { SyncOptions } from "./sync-options.ts";
import { listFilesOf } from "./sync-round.ts";

export interface SyncFetch {
  /** In download order. */
  fileSets: readonly FileSet[];
  directory: string;
  arrivals: Arrivals;
  messages: Messages;
}

export interface Fetched {
  saved: number;
  /** Files that were in the folder but not in its manifest. */
  skipped: number;
  bytesFetched: number;
}

/**
 * Reports each transfer that ended. Rejects with an AppError if it cannot continue; `arrivals` then knows
 * what has arrived.
 */
export async function fetchMissing(
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
