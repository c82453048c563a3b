import { noSums, type SumsKeeper } from "../../checksums/keep-sums.ts";
import { type FileView, viewOfFolder } from "../../sync/folder-state.ts";
import { type FileRecord, syncPathsOf } from "../../sync/manifest.ts";
import { type ManifestFile, openManifest } from "../../sync/manifest-file.ts";
import type { SyncPlan } from "../../sync/plan.ts";
import { forgetVanished, prune, staysNote } from "../../sync/prune.ts";
import type { Messages } from "../console/messages.ts";
import type { TransferDestination } from "../transfer/destination.ts";
import { folderDestination } from "../transfer/folder-destination.ts";
import type { SyncOptions } from "./sync-options.ts";

/** The folder or object store that a run updates. */
export interface SyncDestination extends Pick<TransferDestination, "openBatch" | "withSha256"> {
  manifestFile: ManifestFile;
  view: FileView;
  sums: SumsKeeper;
  /** Called after each file; may save complete file sets at once. */
  fileEnded(): Promise<void>;
  /** Removes what is no longer wanted if `--prune` is given. Resolves with the number of removed files. */
  removeUnwanted(
    followedAfter: SyncPlan["followedAfter"],
    messages: Messages,
    signal: AbortSignal,
  ): Promise<number>;
  /** Saves what the run has done, at its end. */
  save(): Promise<void>;
  close(): void | Promise<void>;
}

/** A folder that this process has locked. */
export function openSyncFolder(directory: string, options: SyncOptions): SyncDestination {
  const manifestFile = openManifest(syncPathsOf(directory));
  const { manifest } = manifestFile;
  const { keepSums, openBatch, withSha256 } = folderDestination(directory);
  const sums = options.checksums ? keepSums() : noSums;
  const view = viewOfFolder(directory);
  return {
    manifestFile,
    view,
    sums,
    openBatch,
    withSha256,
    fileEnded: async () => undefined,
    async removeUnwanted(followedAfter, { note }, signal) {
      if (followedAfter.retired.length === 0) return 0;
      if (!options.prune) {
        forgetVanished(directory, manifest);
        return 0;
      }
      const pruning = { directory, manifest, followedAfter, willRemove: sums.drop, signal };
      const { removed, changed } = await prune(pruning);
      for (const record of changed) note(staysNote(record));
      return removed.length;
    },
    async save() {
      await manifestFile.save();
      if (options.checksums) await recordAll(manifestFile, view, sums);
      await sums.save();
    },
    close: manifestFile.close,
  };
}

/** Lists the files of earlier runs in SHA256SUMS too. */
export async function recordAll(
  { manifest }: Pick<ManifestFile, "manifest">,
  view: FileView,
  sums: SumsKeeper,
): Promise<void> {
  const exists = ({ name, bytes }: FileRecord) => view.bySize(name, bytes) === "present";
  for (const records of manifest.files.values())
    for (const record of records.values())
      if (exists(record)) await sums.record(record.name, record.sha256);
}
