import path from "node:path";
import type { Followed, Manifest } from "./manifest.ts";

/** What a folder is to hold, as it was typed: two calls with the same words are one query. */
export interface SyncQuery {
  bucket: string;
  /** Id or name. */
  package: string;
  /** Filters by their option's name; "7d" stays "7d". */
  filters: Readonly<Record<string, string>>;
  /** Only the newest Init of each series and the Deltas after it. */
  latestInit: boolean;
}

/** What the folder knows of the query; undefined where it is new to it. A folder may follow several. */
export function followedBy(manifest: Manifest, query: SyncQuery): Followed | undefined {
  const wanted = keyOf(query);
  return manifest.followed.find((followed) => keyOf(followed) === wanted);
}

/** Follows a query from its beginning. */
export function newFollowed(query: SyncQuery, packageId: string): Followed {
  return {
    ...query,
    filters: { ...query.filters },
    packageId,
    pending: [],
    wanted: [],
    retired: [],
  };
}

/** Puts what is followed in the place of what was known of the same query. */
export function keepFollowed(manifest: Manifest, followed: Followed): void {
  const key = keyOf(followed);
  const others = manifest.followed.filter((other) => keyOf(other) !== key);
  manifest.followed = [...others, followed];
}

function keyOf({ bucket, package: owner, filters, latestInit }: SyncQuery): string {
  const pairs = Object.entries(filters).sort(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify([bucket.toLowerCase(), owner.toLowerCase(), pairs, latestInit]);
}

/** What a synced folder holds beside its files: a folder of its own, so that no file's name meets these. */
export interface SyncPaths {
  /** The synced folder. */
  directory: string;
  folder: string;
  manifest: string;
  log: string;
  lock: string;
}

/** The paths within `directory`, which is absolute. */
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
