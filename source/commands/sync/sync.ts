import { setTimeout as wait } from "node:timers/promises";
import { AppError, toAppError } from "../../base/errors.ts";
import { readableClock } from "../../domain/readable.ts";
import { takeFolder } from "../../sync/folder-lock.ts";
import { syncPathsOf } from "../../sync/query.ts";
import { watch } from "../../sync/watch.ts";
import type { Call } from "../console/call.ts";
import { ToldFailures } from "../console/reported-failures.ts";
import { showMissing } from "./dry-run.ts";
import { syncOnce } from "./sync-once.ts";
import { readSyncWords, type SyncOptions } from "./sync-options.ts";

/**
 * `cfs sync BUCKET`: brings a folder up to date, once or again and again. Rejects with ToldFailures where
 * some files could not be had; with reason "locked" where another process works on the folder.
 */
export async function sync(bucket: string, options: SyncOptions, call: Call): Promise<void> {
  const asked = readSyncWords(bucket, options, call.nowMs());
  if (options.dryRun) return showMissing(asked, options, call);
  const { everyMs } = asked;
  const lock = await takeFolder(syncPathsOf(asked.directory));
  const once = () => syncOnce(asked, options, call);
  try {
    if (everyMs === undefined) await once();
    else
      await watch({
        everyMs,
        once,
        isFinal: (thrown, runs) => call.signal.aborted || isFinal(thrown, runs),
        failed(thrown) {
          if (thrown instanceof ToldFailures) return;
          call.stderr.write(`cfs: ${toAppError(thrown, `Syncing ${asked.directory}`).message}\n`);
        },
        async pause(ms) {
          const nowMs = call.nowMs();
          if (!options.quiet)
            call.stderr.write(`cfs: the next look is at ${readableClock(nowMs + ms, nowMs)}.\n`);
          await wait(ms, undefined, { signal: call.signal });
        },
        random: Math.random,
      });
  } finally {
    await lock.release();
  }
}

/** A refused sign-in is never repeated; that nothing is found at the first look is a matter of words. */
function isFinal(thrown: unknown, runs: number): boolean {
  if (thrown instanceof ToldFailures) return false;
  if (!(thrown instanceof AppError)) return true;
  if (thrown.kind === "sign-in") return thrown.reason !== "session-quota";
  if (thrown.kind === "service" || thrown.kind === "integrity") return false;
  return runs === 1 || thrown.kind === "usage" || thrown.kind === "interrupted";
}
