import type { FileStore } from "../api/service.ts";
import { shareRuns } from "../base/shared-runs.ts";
import { unlessAborted } from "../base/waiting.ts";
import type { FileSet } from "../domain/entities.ts";
import { newestFirst } from "../domain/ordering.ts";
import { listingSince, markOf } from "../sync/plan.ts";
import { isNamedBy, type WatchedFolder } from "./watched-folder.ts";

/**
 * Fetches a file set that has arrived. True once its files are saved or the user gave them up; false leaves its
 * notification in the queue. Does not reject.
 */
export type Arrived = (fileSet: FileSet, signal: AbortSignal) => Promise<boolean>;

interface Known {
  fileSet: FileSet;
  /**
   * Whether it could be fetched. Undefined if it was READY before the watch began, or could not be: then only
   * an announcement makes it arrive.
   */
  isHere?: Promise<boolean> | undefined;
}

/**
 * The file sets of a package that arrive while it is watched: all that are announced, and those that a
 * listing shows first after the first listing. Each is fetched once. What they are is kept between runs.
 */
export function createPackageArrivals(
  filter: { bucket: string; packageId: string },
  fileStore: FileStore,
  arrived: Arrived,
): (signal: AbortSignal) => WatchedFolder {
  const known = new Map<string, Known>();
  let listed: Parameters<typeof listingSince>[0] | undefined;

  function begin(one: Known, signal: AbortSignal): Promise<boolean> {
    const ended = arrived(one.fileSet, signal).then((isHere) => {
      if (!isHere) one.isHere = undefined;
      return isHere;
    });
    one.isHere = ended;
    return ended;
  }

  async function list(signal: AbortSignal): Promise<void> {
    const atMs = Date.now();
    const since = listed && listingSince(listed, atMs);
    const narrowed = since === undefined ? filter : { ...filter, modifiedSince: since };
    const found: FileSet[] = [];
    for await (const { items } of fileStore.fileSets(narrowed, signal))
      for (const item of items) found.push({ ...item, files: [] });
    const isFirst = listed === undefined;
    const listedAt = since === undefined ? new Date(atMs).toISOString() : listed?.listedAt;
    listed = { ...markOf(found, { modifiedSince: listed?.modifiedSince }, atMs), listedAt };
    const isNew = ({ id, status }: FileSet) => status === "READY" && !known.has(id);
    for (const fileSet of found.filter(isNew).sort(newestFirst).reverse()) {
      const one = { fileSet };
      known.set(fileSet.id, one);
      if (!isFirst) void begin(one, signal);
    }
  }

  return (signal) => ({
    list: shareRuns(() => list(signal)),
    async stateOf(announced, until) {
      const isThis = isNamedBy(announced);
      const these = [...known.values()].filter(({ fileSet }) => isThis(fileSet));
      const begun = these.flatMap(({ isHere }) => isHere ?? []);
      const [first] = these;
      if (first === undefined) return "unknown";
      if (begun.length === 0) begun.push(begin(first, signal));
      return (await unlessAborted(Promise.all(begun), until)).includes(false) ? "failed" : "here";
    },
    retryAtMs: () => Number.POSITIVE_INFINITY,
  });
}
