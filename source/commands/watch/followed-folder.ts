import { requestsAtATime } from "../../api/service.ts";
import type { Parts } from "../../app/compose.ts";
import { mapConcurrently } from "../../base/concurrency.ts";
import type { AppError } from "../../base/errors.ts";
import { shareRuns } from "../../base/shared-runs.ts";
import type { Tasks } from "../../base/tasks.ts";
import { type Deferred, deferred, unlessAborted } from "../../base/waiting.ts";
import { noSums } from "../../checksums/keep-sums.ts";
import { type FileSet, toTransferFile } from "../../domain/entities.ts";
import { counted } from "../../domain/readable.ts";
import { isFileSetComplete, viewOfFolder } from "../../sync/folder-state.ts";
import { type FileRecord, filesIn, keepFollowed } from "../../sync/manifest.ts";
import type { ManifestFile } from "../../sync/manifest-file.ts";
import { type Arrivals, createArrivals, type MissingFile } from "../../sync/missing-files.ts";
import type { SyncPlan } from "../../sync/plan.ts";
import {
  type AnnouncedFileSet,
  isNamedBy,
  type WatchedFolder,
} from "../../watch/watched-folder.ts";
import type { Call } from "../console/call.ts";
import type { SavedJson } from "../console/json-records.ts";
import type { Messages } from "../console/messages.ts";
import { noteArrival } from "../sync/sync-once.ts";
import type { SyncOptions, SyncRequest } from "../sync/sync-options.ts";
import { beginRound, listFilesOf } from "../sync/sync-round.ts";
import { withSha256 } from "../transfer/folder-destination.ts";
import { createDownloads } from "./downloads.ts";
import { FailedFileSets } from "./failed-file-sets.ts";
import { savedFileSet, type WatchReport } from "./watch-report.ts";

export interface FollowedFolderParts {
  request: SyncRequest;
  options: SyncOptions;
  manifestFile: ManifestFile;
  parts: Parts;
  messages: Messages;
  report: WatchReport;
  /** Runs the command of `--exec` for a complete file set; false if it failed. */
  runCommand?: ((fileSet: SavedJson) => Promise<boolean>) | undefined;
  tasks: Tasks;
  call: Call;
}

interface UnderWay {
  fileSet: FileSet;
  /** True if all its files arrived. */
  ended: Deferred<boolean>;
}

/** A folder that is kept up to date while the tasks run. Afterwards its manifest is still to be saved. */
export function followFolder(folder: FollowedFolderParts): WatchedFolder {
  const { request, options, manifestFile, parts, messages, report, runCommand, tasks, call } =
    folder;
  const { directory, selection } = request;
  const { manifest, record } = manifestFile;
  const view = viewOfFolder(directory);
  const download = createDownloads(parts, messages.progress, tasks, call);
  const underWay = new Map<string, UnderWay>();
  const failed = new FailedFileSets();
  const reported = new Set<string>();
  /** The last listing, until all that it found missing has ended. */
  let latest: SyncPlan | undefined;
  let lastCommand: Promise<void> = Promise.resolve();

  const noteOnce = (text: string) => {
    if (!reported.has(text)) messages.note(text);
    reported.add(text);
  };

  /** By the manifest and the sizes of its files. */
  const exists = ({ name, bytes }: FileRecord) => view.bySize(name, bytes) === "present";
  const isHere = (fileSetId: string) =>
    isFileSetComplete(fileSetId, manifest, selection.key, exists);

  /** True if the announced files that are selected belong to a file set that is here. */
  const hasFilesOf = (announced: AnnouncedFileSet) =>
    [...manifest.fileSets.values()].filter(isNamedBy(announced)).some((fileSet) => {
      if (!isHere(fileSet.id)) return false;
      const records = filesIn(manifest, fileSet.id);
      const selected = announced.files.filter((file) => selection.file(file, fileSet));
      return selected.every(({ id }) => records.has(id));
    });

  /** One at a time, in the order in which they arrived. */
  const runCommandLater = (saved: SavedJson) => {
    if (runCommand === undefined || saved.files.length === 0) return;
    const turn = lastCommand.then(async () => {
      if (await runCommand(saved)) record({ fact: "handed over", fileSetId: saved.fileSetId });
    });
    lastCommand = tasks.start(turn);
  };

  const fetchFile = async ({ file, fileSet, onto }: MissingFile, arrivals: Arrivals) => {
    const wanted = { ...toTransferFile(file), fileSetId: fileSet.id };
    const transfer = await download({ file: wanted, directory, onto });
    const { error } = await noteArrival(transfer, { arrivals, sums: noSums, withSha256 }, call);
    if (error !== undefined) {
      const { message } = error;
      const facts = { fileSetId: fileSet.id, fileId: file.id, name: file.filename };
      report.problem({ event: "failed", error: message, ...facts }, message);
    }
    return error === undefined;
  };

  /** Resolves when the fetching of all its missing files has begun. */
  const fetchSet = async (fileSet: FileSet, arrivals: Arrivals) => {
    const files: Promise<boolean>[] = [];
    const listed = listFilesOf([fileSet], parts.fileStore, call.signal);
    for await (const missing of arrivals.missing(listed))
      files.push(tasks.start(fetchFile(missing, arrivals)));
    if (runCommand !== undefined) record({ fact: "due", fileSetId: fileSet.id });
    return files;
  };

  const conclude = async ({ ended, fileSet }: UnderWay, files: readonly Promise<boolean>[]) => {
    const { id } = fileSet;
    const areSaved = (await Promise.all(files)).every(Boolean) && isHere(id);
    underWay.delete(id);
    if (areSaved) {
      failed.delete(id);
      reportComplete(fileSet);
    } else {
      failed.add(fileSet, call.nowMs());
    }
    ended.resolve(areSaved);
    await finishRound();
  };

  /** The options may select a file set by its name and none of its files. */
  function reportComplete(fileSet: FileSet): void {
    const saved = savedFileSet(fileSet, manifest, directory);
    if (saved.files.length > 0) {
      report.saved(saved);
      runCommandLater(saved);
    } else {
      const { name, bucketName, packageId } = fileSet;
      const reason = "none of its files is selected";
      report.event({ event: "ignored", name, bucketName, packageId, reason });
    }
  }

  /** A listing counts as complete once nothing that it found is missing; until then the next one repeats it. */
  async function finishRound(): Promise<void> {
    if (latest === undefined || underWay.size > 0) return;
    if (!latest.missing.some(({ id }) => failed.has(id)))
      keepFollowed(manifest, latest.followedAfter);
    latest = undefined;
    await manifestFile.save();
  }

  /** The next listing begins them. */
  function dropRound(begun: readonly UnderWay[]): void {
    latest = undefined;
    for (const { fileSet, ended } of begun) {
      underWay.delete(fileSet.id);
      ended.resolve(false);
    }
  }

  const begin = async (begun: readonly UnderWay[], arrivals: Arrivals) => {
    const opened = mapConcurrently(begun, requestsAtATime, async (one) => ({
      one,
      files: await fetchSet(one.fileSet, arrivals),
    }));
    for await (const { one, files } of opened) void tasks.start(conclude(one, files));
  };

  /** A file set may have become complete while the service was listed. */
  const mayBegin = ({ id, modified }: FileSet) => {
    const isComplete = isHere(id) && manifest.fileSets.get(id)?.modified === modified;
    return failed.isDue(id, call.nowMs()) && !underWay.has(id) && !isComplete;
  };

  const list = shareRuns(async () => {
    const { plan, disk } = await beginRound({ request, options, manifest, view }, parts, call);
    for (const text of plan.notes) noteOnce(text);
    failed.keepOnly(new Set(plan.missing.map(({ id }) => id)));
    const fresh = plan.missing.filter(mayBegin);
    // A single one is reported by its notification or its files.
    const text = fresh.length > 1 ? `Fetching ${counted(fresh.length, "file set")}.` : undefined;
    report.event({ event: "listed", missing: fresh.length }, text);
    latest = plan;
    keepFollowed(manifest, plan.followedNow);
    const begun = fresh.map((fileSet) => ({ fileSet, ended: deferred<boolean>() }));
    for (const one of begun) underWay.set(one.fileSet.id, one);
    if (begun.length === 0) return finishRound();
    await manifestFile.save().catch((thrown: unknown) => {
      dropRound(begun);
      throw thrown;
    });
    const fail = ({ message }: AppError) =>
      report.problem({ event: "failed", error: message }, message);
    const arriving = { view, selection, manifest, disk, record, fail, note: noteOnce };
    void tasks.start(begin(begun, createArrivals(arriving)));
  });

  for (const fileSet of manifest.fileSets.values())
    if (fileSet.isDue && isHere(fileSet.id))
      runCommandLater(savedFileSet(fileSet, manifest, directory));

  return {
    list,
    async stateOf(announced, signal) {
      const isThis = isNamedBy(announced);
      const arriving = [...underWay.values()].filter(({ fileSet }) => isThis(fileSet));
      const ends = Promise.all(arriving.map(({ ended }) => ended.promise));
      const areWhole = await unlessAborted(ends, signal);
      if (areWhole.includes(false)) return "failed";
      if (hasFilesOf(announced)) return "here";
      const before = failed.find(isThis);
      return before !== undefined && !failed.isDue(before.id, call.nowMs()) ? "failed" : "unknown";
    },
    retryAtMs: () => failed.retryAtMs(),
  };
}
