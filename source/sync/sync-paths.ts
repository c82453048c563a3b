import path from "node:path";

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
