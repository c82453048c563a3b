import { setMaxListeners } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { allItems, type Session } from "../../api/service.ts";
import type { Parts } from "../../app/compose.ts";
import { watchPauseMs } from "../../base/backoff.ts";
import { AppError, toAppError } from "../../base/errors.ts";
import { bucketSpelling } from "../../domain/content-sets.ts";
import { endSubscription, type SubscriptionOwner } from "../../push/own-subscription.ts";
import { createSubscriptions } from "../../push/subscriptions.ts";
import { takeFolder } from "../../sync/folder-lock.ts";
import { syncPathsOf } from "../../sync/manifest.ts";
import { openManifest } from "../../sync/manifest-file.ts";
import { type Call, withSignal } from "../console/call.ts";
import { createMessages } from "../console/messages.ts";
import { usageError } from "../console/usage-error.ts";
import { withSession } from "../console/with-session.ts";
import { findPackage } from "../resolve/file-set-filter.ts";
import { isFinal } from "../sync/sync.ts";
import { readSyncOptions, type SyncOptions, type SyncRequest } from "../sync/sync-options.ts";
import { createNotificationHandler } from "./announced.ts";
import { type FollowedFolder, followFolder, listEveryMs } from "./followed-folder.ts";
import { keepListening, pollEveryMs } from "./listening.ts";
import { createCommandRunner } from "./run-command.ts";
import { createWatchReport, retryText, type WatchReport } from "./watch-report.ts";

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
      parts.bandwidth.change(options.limitRate);
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
    const ids = await endSubscription({ subscriptions, kept: parts.state, owner }, call.signal);
    if (ids.length === 0) throw noSubscription(request.directory);
    const messages = createMessages(options.quiet ?? false, call);
    const report = createWatchReport(options.json ?? false, messages, call);
    for (const subscriptionId of ids)
      report.event(
        { event: "ended", subscriptionId },
        `Removed the subscription ${subscriptionId}.`,
      );
  });
}

function noSubscription(directory: string): AppError {
  return new AppError({
    kind: "not-found",
    tried: `Ending the subscription for ${directory}`,
    answered: "none was made for this folder and selection",
    advice: "See cfs subscriptions.",
  });
}

/** The most notifications handled at a time, if CFS_JOBS does not limit the downloads. */
const defaultMost = 16;

async function watchFolder(
  request: SyncRequest,
  options: WatchOptions,
  parts: Parts,
  session: Session,
  call: Call,
): Promise<never> {
  const ending = new AbortController();
  const own = withSignal(call, AbortSignal.any([call.signal, ending.signal]));
  // Each file set that is fetched listens.
  setMaxListeners(0, own.signal);
  const messages = createMessages(options.quiet ?? false, call);
  const report = createWatchReport(options.json ?? false, messages, own);
  const { directory } = request;
  let failure: { thrown: unknown } | undefined;
  const onFatal = (thrown: unknown) => {
    failure ??= { thrown };
    ending.abort();
  };
  const { exec, execRetries: retries = 0 } = options;
  const handOver =
    exec === undefined
      ? undefined
      : createCommandRunner({ command: exec, retries, directory }, report, own);
  const kept = openManifest(syncPathsOf(directory));
  if (kept.damage !== undefined)
    messages.warn(`Checking the files in ${directory} again: ${kept.damage}.`);
  const common = { request, options, kept, parts, messages, report, handOver, onFatal, call: own };
  try {
    const owner = await ownerOf(request, parts, session, own);
    const folder = followFolder(common);
    try {
      await follow(folder, owner, { ...common, onFatal }).catch(onFatal);
    } finally {
      await folder.close();
    }
  } finally {
    kept.close();
    messages.progress.end();
  }
  call.signal.throwIfAborted();
  throw failure?.thrown;
}

interface Following {
  request: SyncRequest;
  parts: Parts;
  report: WatchReport;
  call: Call;
  onFatal(thrown: unknown): void;
}

/** Listens and lists side by side; the first listing begins after the subscription, so nothing falls between. */
async function follow(
  folder: FollowedFolder,
  owner: SubscriptionOwner,
  { request, parts, report, call, onFatal }: Following,
): Promise<void> {
  const { packageId } = owner.scope;
  const handler = { folder, request, packageId, fileStore: parts.fileStore, report, call };
  let everyMs = pollEveryMs;
  let begin: () => void = () => undefined;
  const mayBegin = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const listening = keepListening({
    parts,
    owner,
    handle: createNotificationHandler(handler),
    most: call.environment.jobs ?? defaultMost,
    report,
    onGap: () => void folder.list().catch(() => undefined),
    onMode(mode) {
      everyMs = mode === "listening" ? listEveryMs : pollEveryMs;
      begin();
    },
    call,
  });
  listening.catch(onFatal);
  await mayBegin;
  await keepListing(folder, () => everyMs, report, call);
}

/** Notices within this time that a listing is due. */
const tickMs = 60_000;

async function keepListing(
  folder: FollowedFolder,
  everyMs: () => number,
  report: WatchReport,
  call: Call,
): Promise<never> {
  const { signal } = call;
  let failures = 0;
  for (let runs = 1; ; runs += 1) {
    try {
      await folder.list();
      failures = 0;
    } catch (thrown) {
      if (signal.aborted || isFinal(thrown, runs)) throw thrown;
      failures += 1;
      const error = toAppError(thrown, "Listing the file sets");
      report.problem({ event: "failed", error: error.message }, retryText(error));
    }
    const listedAtMs = call.nowMs();
    const random = Math.random();
    const dueAtMs = () =>
      Math.min(
        listedAtMs + watchPauseMs(everyMs(), failures, random),
        failures === 0
          ? (folder.retryAtMs() ?? Number.POSITIVE_INFINITY)
          : Number.POSITIVE_INFINITY,
      );
    do {
      const leftMs = Math.max(1_000, dueAtMs() - call.nowMs());
      await wait(Math.min(tickMs, leftMs), undefined, { signal });
    } while (call.nowMs() < dueAtMs());
  }
}

/** The scope in the service's spelling. Rejects as `findPackage` does. */
async function ownerOf(
  { query, directory, filterAt }: SyncRequest,
  { fileStore }: Parts,
  { host, user }: Session,
  { nowMs, signal }: Call,
): Promise<SubscriptionOwner> {
  const { bucket, package: owner } = query;
  const { attributes } = filterAt(nowMs());
  const found =
    owner === undefined
      ? await allItems(fileStore.packages({ bucketName: bucket }, signal))
      : [await findPackage(fileStore, bucket, owner, signal)];
  const packageId = owner === undefined ? undefined : found[0]?.packageId;
  const names = found.flatMap(({ bucketNames }) => bucketNames);
  const scope = { bucket: bucketSpelling(bucket, names), packageId, attributes };
  return { host, user, directory, scope };
}
