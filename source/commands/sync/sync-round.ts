import type { FileSetFilter, FileStore } from "../../api/service.ts";
import type { Parts } from "../../app/compose.ts";
import { mapConcurrently } from "../../base/concurrency.ts";
import type { FileSet } from "../../domain/entities.ts";
import { type DiskLook, lookAtDisk } from "../../sync/folder-state.ts";
import type { Followed, Manifest } from "../../sync/manifest.ts";
import type { ListedFileSet } from "../../sync/missing-files.ts";
import { planSync, type SyncPlan } from "../../sync/plan.ts";
import { followedBy, newFollowed } from "../../sync/query.ts";
import type { Call } from "../console/call.ts";
import { failureOfOne } from "../console/reported-failures.ts";
import { findPackage } from "../resolve/find-package.ts";
import type { SyncOptions, SyncWords } from "./sync-options.ts";

const listingsAtATime = 4;

/** What a folder has and what it lacks. */
export interface SyncRound {
  followed: Followed;
  disk: DiskLook;
  plan: SyncPlan;
}

/** Looks at the folder and asks what is new. A package's name is looked up the first time only. */
export async function beginRound(
  asked: SyncWords,
  manifest: Manifest,
  options: SyncOptions,
  { fileStore }: Parts,
  call: Call,
): Promise<SyncRound> {
  const { signal } = call;
  const nowMs = call.nowMs();
  const { query, directory } = asked;
  const known = followedBy(manifest, query);
  const followed = known ?? newFollowed(query, await packageIdOf(asked, fileStore, call));
  const verify = options.verify ?? false;
  const looked = verify && known === undefined ? manifest.fileSets.keys() : followed.wanted;
  const disk = await lookAtDisk(looked, { directory, manifest, verify, signal });
  const filter: FileSetFilter = { ...asked.filterAt(nowMs), packageId: followed.packageId };
  const isWhole = asked.grows || (options.prune ?? false);
  const plan = await planSync({
    fileStore,
    manifest,
    followed,
    filter,
    disk,
    isWhole,
    nowMs,
    signal,
  });
  return { followed, disk, plan };
}

async function packageIdOf({ query }: SyncWords, fileStore: FileStore, { signal }: Call) {
  return (await findPackage(fileStore, query.bucket, query.package, signal)).packageId;
}

/** The files of file sets, or why they could not be listed, while others are being asked for. */
export function listFileSets(
  fileSets: readonly FileSet[],
  fileStore: FileStore,
  signal: AbortSignal,
): AsyncGenerator<ListedFileSet> {
  return mapConcurrently(fileSets, listingsAtATime, async (fileSet) => {
    try {
      const files = [];
      for await (const { items } of fileStore.files(fileSet.id, signal)) files.push(...items);
      return { fileSet, files };
    } catch (thrown) {
      return failureOfOne(thrown);
    }
  });
}
