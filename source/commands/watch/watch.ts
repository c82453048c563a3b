import { allItems, type Session } from "../../api/service.ts";
import type { Parts } from "../../app/compose.ts";
import { AppError } from "../../base/errors.ts";
import { withTasks } from "../../base/tasks.ts";
import { wallClock } from "../../base/waiting.ts";
import { bucketSpelling } from "../../domain/content-sets.ts";
import { endSubscription, type SubscriptionOwner } from "../../push/own-subscription.ts";
import { createSubscriptions } from "../../push/subscriptions.ts";
import { takeFolder } from "../../sync/folder-lock.ts";
import { syncPathsOf } from "../../sync/manifest.ts";
import { openManifest } from "../../sync/manifest-file.ts";
import { follow } from "../../watch/follow.ts";
import { type Call, withSignal } from "../console/call.ts";
import { createMessages } from "../console/messages.ts";
import { applyTransferSettings } from "../console/transfer-settings.ts";
import { usageError } from "../console/usage-error.ts";
import { withSession } from "../console/with-session.ts";
import { findPackage } from "../resolve/file-set-filter.ts";
import { readSyncOptions, type SyncOptions, type SyncRequest } from "../sync/sync-options.ts";
import { followFolder } from "./followed-folder.ts";
import { createCommandRunner } from "./run-command.ts";
import { createWatchReport } from "./watch-report.ts";

export interface WatchOptions
  extends Omit<SyncOptions, "watch" | "dryRun" | "prune" | "verify" | "latestInit"> {
  /** A line for the shell. */
  exec?: string;
  execRetries?: number;
  end?: boolean;
}

/**
 * `cfs watch BUCKET`: fetches what the folder lacks, and then each file set when it is announced. Runs until
 * the call is interrupted, or rejects with the AppError that ends it.
 */
export async function watch(bucket: string, options: WatchOptions, call: Call): Promise<void> {
  if (options.execRetries !== undefined && options.exec === undefined)
    throw usageError("--exec-retries needs --exec", "See cfs watch --help.");
  const request = readSyncOptions(bucket, options, call.nowMs());
  if (options.end) return endWatching(request, options, call);
  const lock = await takeFolder(syncPathsOf(request.directory));
  try {
    await withSession(call, (parts, session) => {
      applyTransferSettings(parts, options.limitRate, call);
      return watchFolder(request, options, parts, session, call);
    });
  } finally {
    await lock.release();
  }
}

/** `--end`: removes the subscription for this folder and selection. */
function endWatching(request: SyncRequest, options: WatchOptions, call: Call): Promise<void> {
  return withSession(call, async (parts, session) => {
    const owner = await ownerOf(request, parts, session, call);
    const subscriptions = createSubscriptions(parts.connection);
    const ids = await endSubscription(
      { subscriptions, stateStore: parts.stateStore, owner },
      call.signal,
    );
    if (ids.length === 0) {
      throw new AppError({
        kind: "not-found",
        tried: `Ending the subscription for ${request.directory}`,
        answered: "none was made for this folder and selection",
        advice: "See cfs subscriptions.",
      });
    }
    const messages = createMessages(call, options);
    const report = createWatchReport(options.json ?? false, messages, call);
    for (const subscriptionId of ids)
      report.event(
        { event: "ended", subscriptionId },
        `Removed the subscription ${subscriptionId}.`,
      );
  });
}

async function watchFolder(
  request: SyncRequest,
  options: WatchOptions,
  parts: Parts,
  session: Session,
  call: Call,
): Promise<never> {
  const { directory, selection, filterAt } = request;
  const { connection, fileStore } = parts;
  const owner = await ownerOf(request, parts, session, call);
  const messages = createMessages(call, options);
  const report = createWatchReport(options.json ?? false, messages, call);
  const manifestFile = openManifest(syncPathsOf(directory));
  if (manifestFile.damage !== undefined)
    messages.warn(`Checking the files in ${directory} again: ${manifestFile.damage}.`);
  try {
    return await withTasks(call.signal, (tasks) => {
      const { signal } = tasks;
      const own = withSignal(call, signal);
      const { exec: command, execRetries: retries = 0 } = options;
      const runCommand =
        command === undefined
          ? undefined
          : createCommandRunner({ command, retries, directory }, report, own);
      const common = { request, options, manifestFile, parts, messages, report, runCommand, tasks };
      const folder = followFolder({ ...common, call: own });
      return follow({
        connection,
        stateStore: parts.stateStore,
        fileStore,
        owner,
        selection,
        filterAt,
        folder,
        report,
        clock: wallClock,
        signal,
      });
    });
  } finally {
    messages.progress.end();
    await manifestFile.save().finally(manifestFile.close);
  }
}

/** The scope in the service's spelling. Rejects as `findPackage` does. */
async function ownerOf(
  { query, directory, filterAt }: SyncRequest,
  { fileStore }: Parts,
  { host, user }: Session,
  { nowMs, signal }: Call,
): Promise<SubscriptionOwner> {
  const { bucket, package: packageIdOrName } = query;
  const { attributes } = filterAt(nowMs());
  const found =
    packageIdOrName === undefined
      ? await allItems(fileStore.packages({ bucketName: bucket }, signal))
      : [await findPackage(fileStore, bucket, packageIdOrName, signal)];
  const packageId = packageIdOrName === undefined ? undefined : found[0]?.packageId;
  const names = found.flatMap(({ bucketNames }) => bucketNames);
  const scope = { bucket: bucketSpelling(bucket, names), packageId, attributes };
  return { host, user, directory, scope };
}
