import { setTimeout as wait } from "node:timers/promises";
import { endsRepeating, watchPauseMs } from "../../base/backoff.ts";
import { toAppError } from "../../base/errors.ts";
import { readableClock } from "../../domain/readable.ts";
import { takeFolder } from "../../sync/folder-lock.ts";
import { syncPathsOf } from "../../sync/manifest.ts";
import type { Call } from "../console/call.ts";
import { ReportedFailures } from "../console/reported-failures.ts";
import { withTimeLimit } from "../console/time-limit.ts";
import { openSyncFolder } from "./destination.ts";
import { dryRun } from "./dry-run.ts";
import { type OpenSyncDestination, syncOnce } from "./sync-once.ts";
import { readSyncOptions, type SyncOptions, type SyncRequest } from "./sync-options.ts";

/**
 * `cfs sync BUCKET`, once or repeatedly. Rejects with ReportedFailures if files could not be fetched, with
 * reason "locked" if another process works on the folder, and with kind time-limit after `--max-duration`.
 */
export function sync(bucket: string, options: SyncOptions, call: Call): Promise<void> {
  return withTimeLimit(options.maxDuration, call, "Syncing", (limited) =>
    syncLocked(bucket, options, limited),
  );
}

async function syncLocked(bucket: string, options: SyncOptions, call: Call): Promise<void> {
  const request = readSyncOptions(bucket, options, call.nowMs());
  if (options.dryRun) return dryRun(request, options, call);
  const { output } = options;
  if (output.kind === "store") {
    const { openSyncStore } = await import("./store-destination.ts");
    return run(request, options, (parts) => openSyncStore(output, parts, call), call);
  }
  const lock = await takeFolder(syncPathsOf(output.directory));
  try {
    await run(request, options, () => openSyncFolder(output.directory, options), call);
  } finally {
    await lock.release();
  }
}

function run(
  request: SyncRequest,
  options: SyncOptions,
  openDestination: OpenSyncDestination,
  call: Call,
): Promise<void> {
  const work = () => syncOnce(request, options, openDestination, call);
  const { everyMs } = request;
  return everyMs === undefined ? work() : watch(request, everyMs, { ...options, work }, call);
}

/** Repeats runs until one fails for good or the call is interrupted. */
async function watch(
  request: SyncRequest,
  everyMs: number,
  { quiet, work }: Pick<SyncOptions, "quiet"> & { work: () => Promise<void> },
  call: Call,
): Promise<never> {
  const { signal, stderr } = call;
  let failures = 0;
  for (let runs = 1; ; runs += 1) {
    try {
      await work();
      failures = 0;
    } catch (thrown) {
      const isFinal = !(thrown instanceof ReportedFailures) && endsRepeating(thrown, runs);
      if (signal.aborted || isFinal) throw thrown;
      failures += 1;
      if (!(thrown instanceof ReportedFailures))
        stderr.write(`cfs: ${toAppError(thrown, `Syncing ${request.directory}`).message}\n`);
    }
    const pauseMs = watchPauseMs(everyMs, failures, Math.random());
    const nowMs = call.nowMs();
    if (!quiet)
      stderr.write(`cfs: the next sync is at ${readableClock(nowMs + pauseMs, nowMs)}.\n`);
    await wait(pauseMs, undefined, { signal });
  }
}
