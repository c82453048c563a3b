import type { FileStore } from "../api/service.ts";
import { shareRuns } from "../base/shared-runs.ts";
import { unlessAborted } from "../base/waiting.ts";
import type { FileSet } from "../domain/entities.ts";
import { newestFirst } from "../domain/ordering.ts";
import { listingSince, markOf } from "../sync/plan.ts";
import { isNamedBy, type WatchedFolder } from "./watched-folder.ts";

export interface PackageArrivalsParts {
  bucket: string;
  packageId: string;
  fileStore: FileStore;
  nowMs(): number;
  /**
   * Fetches a file set that has arrived. True once its files stand or the user gave them up; false leaves
   * its notification in the queue. Does not reject.
   */
  arrived(fileSet: FileSet, signal: AbortSignal): Promise<boolean>;
}

interface UnderWay {
  fileSet: FileSet;
  ended: Promise<boolean>;
}

/**
 * The file sets of a package that arrive while it is watched: all that are announced, and those that a
 * listing shows first after the first listing. Each is fetched once. What they are is kept between runs.
 */
export function createPackageArrivals(
  parts: PackageArrivalsParts,
): (signal: AbortSignal) => WatchedFolder {
  const { bucket, packageId, fileStore, nowMs, arrived } = parts;
  /** READY before the watch began, or not fetched; only an announcement makes them arrive. */
  const others = new Map<string, FileSet>();
  const underWay = new Map<string, UnderWay>();
  const here = new Map<string, FileSet>();
  let listed: Parameters<typeof listingSince>[0] | undefined;

  function begin(fileSet: FileSet, signal: AbortSignal): Promise<boolean> {
    const { id } = fileSet;
    others.delete(id);
    const ended = arrived(fileSet, signal).then((isHere) => {
      underWay.delete(id);
      (isHere ? here : others).set(id, fileSet);
      return isHere;
    });
    underWay.set(id, { fileSet, ended });
    return ended;
  }

  async function list(signal: AbortSignal): Promise<void> {
    const atMs = nowMs();
    const since = listed && listingSince(listed, atMs);
    const filter = { bucket, packageId };
    const narrowed = since === undefined ? filter : { ...filter, modifiedSince: since };
    const found: FileSet[] = [];
    for await (const { items } of fileStore.fileSets(narrowed, signal))
      for (const item of items) found.push({ ...item, files: [] });
    const isFirst = listed === undefined;
    const listedAt = since === undefined ? new Date(atMs).toISOString() : listed?.listedAt;
    listed = { ...markOf(found, { modifiedSince: listed?.modifiedSince }, atMs), listedAt };
    const known = [others, underWay, here];
    const isNew = ({ id, status }: FileSet) =>
      status === "READY" && !known.some((some) => some.has(id));
    for (const fileSet of found.filter(isNew).sort(newestFirst).reverse()) {
      if (isFirst) others.set(fileSet.id, fileSet);
      else void begin(fileSet, signal);
    }
  }

  return (signal) => ({
    list: shareRuns(() => list(signal)),
    async stateOf(announced, until) {
      const isThis = isNamedBy(announced);
      const arriving = [...underWay.values()].find(({ fileSet }) => isThis(fileSet));
      if (arriving === undefined && [...here.values()].some(isThis)) return "here";
      const found = [...others.values()].find(isThis);
      const ended = arriving?.ended ?? (found && begin(found, signal));
      if (ended === undefined) return "unknown";
      return (await unlessAborted(ended, until)) ? "here" : "failed";
    },
    retryAtMs: () => Number.POSITIVE_INFINITY,
  });
}
