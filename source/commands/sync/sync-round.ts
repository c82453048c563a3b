import {
  allItems,
  type FileSetFilter,
  type FileStore,
  requestsAtATime,
} from "../../api/service.ts";
import type { Parts } from "../../app/compose.ts";
import { mapConcurrently } from "../../base/concurrency.ts";
import type { FileSet } from "../../domain/entities.ts";
import { type FileView, type FolderState, readFolderState } from "../../sync/folder-state.ts";
import { type Followed, followedBy, type Manifest, newFollowed } from "../../sync/manifest.ts";
import type { ListedFileSet } from "../../sync/missing-files.ts";
import { planSync, type SyncPlan } from "../../sync/plan.ts";
import type { Call } from "../console/call.ts";
import { resultOrFailure } from "../console/reported-failures.ts";
import { findPackage } from "../resolve/file-set-filter.ts";
import type { SyncOptions, SyncRequest } from "./sync-options.ts";

/** The present and the missing files of a folder. */
export interface SyncRound {
  followed: Followed;
  disk: FolderState;
  plan: SyncPlan;
}

/** What a round looks at. */
export interface SyncTarget {
  request: SyncRequest;
  options: SyncOptions;
  manifest: Manifest;
  view: FileView;
}

/** Checks the folder and lists new file sets. Looks up a package name only in the first round. */
export async function beginRound(
  { manifest, options, request, view }: SyncTarget,
  { fileStore }: Parts,
  call: Call,
): Promise<SyncRound> {
  const { signal } = call;
  const nowMs = call.nowMs();
  const { query } = request;
  const known = followedBy(manifest, query);
  const followed = known ?? newFollowed(query, await packageIdOf(request, fileStore, call));
  const verify = options.verify ?? false;
  const checked = verify && known === undefined ? manifest.fileSets.keys() : followed.wanted;
  const { selection } = request;
  const disk = await readFolderState(checked, {
    view,
    manifest,
    verify,
    selectionKey: selection.key,
    signal,
  });
  const filter: FileSetFilter = { ...request.filterAt(nowMs), packageId: followed.packageId };
  const listsAll = request.hasMovingBound || (options.prune ?? false);
  const parts = { fileStore, manifest, followed, filter, selection, disk, listsAll, nowMs, signal };
  return { followed, disk, plan: await planSync(parts) };
}

async function packageIdOf({ query }: SyncRequest, fileStore: FileStore, { signal }: Call) {
  if (query.package === undefined) return undefined;
  return (await findPackage(fileStore, query.bucket, query.package, signal)).packageId;
}

/** The files or the failure of each file set; looks up several at a time. */
export function listFilesOf(
  fileSets: readonly FileSet[],
  fileStore: FileStore,
  signal: AbortSignal,
): AsyncGenerator<ListedFileSet> {
  return mapConcurrently(fileSets, requestsAtATime, (fileSet) =>
    resultOrFailure(async () => ({
      fileSet,
      files: await allItems(fileStore.files(fileSet.id, signal)),
    })),
  );
}
