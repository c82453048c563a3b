import { basename } from "node:path";
import type { Parts } from "../../app/compose.ts";
import type { SumsKeeper } from "../../checksums/keep-sums.ts";
import type { TransferRequest } from "../../transfer/engine.ts";
import type { Call } from "../console/call.ts";
import { interruptedError } from "../console/reported-failures.ts";
import type { TransferDestination } from "./destination.ts";
import { getDryRun } from "./get-dry-run.ts";
import { runTransfers, withoutRepeats } from "./run-transfers.ts";
import { createTransferReport, type TransferReportOptions } from "./transfer-report.ts";

export interface FetchOptions extends TransferReportOptions {
  destination: TransferDestination;
  sums: SumsKeeper;
  checksums?: boolean;
  dryRun?: boolean;
}

/**
 * Fetches and reports files, or only lists them. A failure does not stop the rest; rejects with
 * ReportedFailures at the end.
 */
export async function fetchRequests(
  requests: AsyncIterable<TransferRequest>,
  options: FetchOptions,
  parts: Parts,
  call: Call,
): Promise<void> {
  const { checksums = false, destination, dryRun = false, messages, sums } = options;
  const { openBatch } = destination;
  const { progress } = messages;
  const report = createTransferReport(options, call);
  try {
    if (dryRun) {
      await getDryRun(requests, destination.directory, options, call);
      return messages.throwIfFailed();
    }
    const recordsSha256 = options.json === true || checksums;
    const once = withoutRepeats(requests);
    const running = { progress, recordsSha256, openBatch };
    for await (const transfer of runTransfers(once, running, parts, call)) {
      const ended = checksums ? await destination.withSha256(transfer, call.signal) : transfer;
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
}
