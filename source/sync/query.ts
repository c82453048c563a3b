import path from "node:path";
import type { Followed, Manifest } from "./manifest.ts";

/** As typed: queries with the same words are equal. */
export interface SyncQuery {
  bucket: string;
  /** Id or name. */
  package: string;
  /** By option name, as typed: "7d" stays "7d". */
  filters: Readonly<Record<string, string>>;
  /** Keeps only the newest Init of each series and the Deltas after it. */
  latestInit: boolean;
}

/** Undefined if the query is new. A folder may follow several queries. */
export function followedBy(manifest: Manifest, query: SyncQuery): Followed | undefined {
  const wanted = keyOf(query);
  return manifest.followed.find((followed) => keyOf(followed) === wanted);
}

export function newFollowed(query: SyncQuery, packageId: string): Followed {
  const filters = { ...query.filters };
  return { ...query, filters, packageId, pending: [], wanted: [], retired: [] };
}

/** Replaces the entry of the same query. */
export function keepFollowed(manifest: Manifest, followed: Followed): void {
  const key = keyOf(followed);
  const others = manifest.followed.filter((other) => keyOf(other) !== key);
  manifest.followed = [...others, followed];
}

function keyOf({ bucket, package: owner, filters, latestInit }: SyncQuery): string {
  const pairs = Object.entries(filters).sort(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify([bucket.toLowerCase(), owner.toLowerCase(), pairs, latestInit]);
}

/** Own files in a separate folder, so that they never collide with fetched names. */
export interface SyncPaths {
  directory: string;
  folder: string;
  manifest: string;
  log: string;
  lock: string;
}

export function syncPathsOf(directory: string): SyncPaths {
  const folder = path.join(directory, ".cfs-sync");
  return {
    directory,
    folder,
    manifest: path.join(folder, "manifest.json"),
    log: path.join(folder, "log"),
    lock: path.join(folder, "lock"),
  };
}
