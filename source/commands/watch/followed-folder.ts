import type { Parts } from "../../app/compose.ts";
import { watchPauseMs } from "../../base/backoff.ts";
import { mapConcurrently } from "../../base/concurrency.ts";
import { type AppError, isAbort } from "../../base/errors.ts";
import { shareRuns } from "../../base/shared-runs.ts";
import { type Deferred, deferred, unlessAborted } from "../../base/waiting.ts";
import { noSums } from "../../checksums/keep-sums.ts";
import { type FileSet, toTransferFile } from "../../domain/entities.ts";
import { counted } from "../../domain/readable.ts";
import { keepFollowed } from "../../sync/manifest.ts";
import type { ManifestFile } from "../../sync/manifest-file.ts";
import { type Arrivals, createArrivals, type MissingFile } from "../../sync/missing-files.ts";
import type { SyncPlan } from "../../sync/plan.ts";
import { listEveryMs } from "../../watch/follow.ts";
import { isNamedBy, type WatchedFolder } from "../../watch/watched-folder.ts";
import type { Call } from "../console/call.ts";
import type { SavedJson } from "../console/json-records.ts";
import type { Messages } from "../console/messages.ts";
import { noteArrival } from "../sync/sync-once.ts";
import type { SyncOptions, SyncRequest } from "../sync/sync-options.ts";
import { beginRound, listFilesOf } from "../sync/sync-round.ts";
import { createDownloads } from "./downloads.ts";
import { createFolderView } from "./folder-view.ts";
import { savedFileSet, type WatchReport } from "./watch-report.ts";

export interface FollowedFolderParts {
  request: SyncRequest;
  options: SyncOptions;
  kept: ManifestFile;
  parts: Parts;
  messages: Messages;
  report: WatchReport;
  /** Runs the command of `--exec`; false if it failed. */
  handOver?: (fileSet: SavedJson) => Promise<boolean>;
  /** Called with what ends the call. */
  onFatal(thrown: unknown): void;
  call: Call;
}

/** A folder that is kept up to date while this process runs. */
export interface FollowedFolder extends WatchedFolder {
  /** Ends the downloads and writes the manifest. */
  close(): Promise<void>;
}

interface UnderWay {
  fileSet: FileSet;
  /** True if all its files arrived. */
  ended: Deferred<boolean>;
}

interface Failed {
  fileSet: FileSet;
  failures: number;
  retryAtMs: number;
}

const listingsAtATime = 4;

export function followFolder(folder: FollowedFolderParts): FollowedFolder {
  const { request, options, kept, parts, messages, report, handOver, onFatal, call } = folder;
  const { directory, selection } = request;
  const { manifest, record } = kept;
  const { isHere, hasFilesOf } = createFolderView(manifest, directory, selection);
  const downloads = createDownloads(parts, messages.progress, call);
  const underWay = new Map<string, UnderWay>();
  const failed = new Map<string, Failed>();
  const reported = new Set<string>();
  /** The last listing, until all that it found missing has ended. */
  let latest: SyncPlan | undefined;
  let handingOver: Promise<void> = Promise.resolve();

  const noteOnce = (text: string) => {
    if (!reported.has(text)) messages.note(text);
    reported.add(text);
  };

  /** One at a time, in the order in which they arrived. */
  const handOverLater = (fileSetId: string) => {
    const saved = savedFileSet(fileSetId, manifest, directory);
    if (handOver === undefined || saved === undefined || saved.files.length === 0) return;
    handingOver = handingOver
      .then(async () => {
        if (await handOver(saved)) record({ fact: "handed over", fileSetId });
      })
      .catch(fatal);
  };

  function fatal(thrown: unknown): void {
    if (!isAbort(thrown) || !call.signal.aborted) onFatal(thrown);
  }

  const fetchFile = async ({ file, fileSet, onto }: MissingFile, arrivals: Arrivals) => {
    const wanted = { ...toTransferFile(file), fileSetId: fileSet.id };
    const transfer = await downloads.fetch({ file: wanted, directory, onto });
    const ended = await noteArrival(transfer, { arrivals, sums: noSums }, call);
    const { error } = ended;
    if (error !== undefined) {
      const { message } = error;
      const facts = { fileSetId: fileSet.id, fileId: file.id, name: file.filename };
      report.problem({ event: "failed", error: message, ...facts }, message);
    }
    return error === undefined;
  };

  const fetchSet = async (fileSet: FileSet, arrivals: Arrivals) => {
    const files: Promise<boolean>[] = [];
    const listed = listFilesOf([fileSet], parts.fileStore, call.signal);
    for await (const missing of arrivals.missing(listed))
      files.push(handledLater(fetchFile(missing, arrivals)));
    if (handOver !== undefined) record({ fact: "due", fileSetId: fileSet.id });
    return { fetched: handledLater(Promise.all(files)) };
  };

  const conclude = async ({ ended, fileSet }: UnderWay, fetched: Promise<boolean[]>) => {
    const areSaved = (await fetched).every(Boolean);
    const { id } = fileSet;
    const saved = areSaved && isHere(id) ? savedFileSet(id, manifest, directory) : undefined;
    underWay.delete(id);
    if (saved === undefined) failed.set(id, failureOf(fileSet));
    else {
      failed.delete(id);
      reportComplete(fileSet, saved);
    }
    ended.resolve(saved !== undefined);
    await finishRound();
  };

  /** The options may select a file set by its name and none of its files. */
  function reportComplete({ id, bucketName, packageId }: FileSet, saved: SavedJson): void {
    const { files, name } = saved;
    if (files.length > 0) {
      report.saved(saved);
      handOverLater(id);
    } else {
      const reason = "none of its files is selected";
      report.event({ event: "ignored", name, bucketName, packageId, reason });
    }
  }

  function failureOf(fileSet: FileSet): Failed {
    const failures = (failed.get(fileSet.id)?.failures ?? 0) + 1;
    const pauseMs = watchPauseMs(listEveryMs, failures, Math.random());
    return { fileSet, failures, retryAtMs: call.nowMs() + pauseMs };
  }

  /** A listing counts as complete once nothing that it found is missing; until then the next one repeats it. */
  async function finishRound(): Promise<void> {
    if (latest === undefined || underWay.size > 0) return;
    const isWhole = !latest.missing.some(({ id }) => failed.has(id));
    if (isWhole) keepFollowed(manifest, latest.ended);
    latest = undefined;
    await kept.save();
  }

  const begin = async (begun: readonly UnderWay[], arrivals: Arrivals) => {
    const concluding: Promise<void>[] = [];
    const opened = mapConcurrently(begun, listingsAtATime, async (one) => ({
      one,
      ...(await fetchSet(one.fileSet, arrivals)),
    }));
    for await (const { one, fetched } of opened) {
      const concluded = conclude(one, fetched);
      concluded.catch(fatal);
      concluding.push(concluded);
    }
    await Promise.all(concluding);
  };

  /** A file set may have become complete while the service was listed. */
  const mayBegin = ({ id, modified }: FileSet) => {
    const isComplete = isHere(id) && manifest.fileSets.get(id)?.modified === modified;
    const isDue = (failed.get(id)?.retryAtMs ?? 0) <= call.nowMs();
    return isDue && !underWay.has(id) && !isComplete;
  };

  const list = shareRuns(async () => {
    const { plan, disk } = await beginRound(request, manifest, options, parts, call);
    for (const text of plan.notes) noteOnce(text);
    const missingIds = new Set(plan.missing.map(({ id }) => id));
    for (const id of failed.keys()) if (!missingIds.has(id)) failed.delete(id);
    const fresh = plan.missing.filter(mayBegin);
    report.event({ event: "listed", missing: fresh.length }, listedText(fresh.length));
    latest = plan;
    keepFollowed(manifest, plan.begun);
    const begun = fresh.map((fileSet) => ({ fileSet, ended: deferred<boolean>() }));
    for (const one of begun) underWay.set(one.fileSet.id, one);
    if (begun.length === 0) return finishRound();
    await kept.save();
    const fail = ({ message }: AppError) =>
      report.problem({ event: "failed", error: message }, message);
    const arriving = { directory, selection, manifest, disk, record, fail, note: noteOnce };
    begin(begun, createArrivals(arriving)).catch(fatal);
  });

  for (const { id, isDue } of manifest.fileSets.values())
    if (isDue && isHere(id)) handOverLater(id);

  return {
    list,
    async stateOf(announced, signal) {
      const isThis = isNamedBy(announced);
      const arriving = [...underWay.values()].filter(({ fileSet }) => isThis(fileSet));
      const ends = Promise.all(arriving.map(({ ended }) => ended.promise));
      const areWhole = await unlessAborted(ends, signal);
      if (areWhole.includes(false)) return "failed";
      if (hasFilesOf(announced)) return "here";
      const before = [...failed.values()].find(({ fileSet }) => isThis(fileSet));
      return before !== undefined && before.retryAtMs > call.nowMs() ? "failed" : "unknown";
    },
    retryAtMs: () =>
      [...failed.values()].reduce<number | undefined>(
        (soonest, { retryAtMs }) => Math.min(soonest ?? retryAtMs, retryAtMs),
        undefined,
      ),
    async close() {
      await downloads.stop();
      await handingOver;
      await kept.save();
    },
  };
}

/** Marks a rejection as handled; code that awaits the promise still gets it. */
function handledLater<Value>(work: Promise<Value>): Promise<Value> {
  work.catch(() => undefined);
  return work;
}

/** A single one is reported by its notification or its files. */
function listedText(missing: number): string | undefined {
  return missing > 1 ? `Fetching ${counted(missing, "file set")}.` : undefined;
}
