import fileSystem from "node:fs";
import fs from "node:fs/promises";
import path from "node:path";
import { syncDirectory, syncDirectoryNow } from "./disk.ts";

interface Making {
  /** Permissions of new folders; 0o777 without the process's mask by default. */
  mode?: number;
}

/**
 * Creates the folder at `directory` and those above it, durably; true if it did not exist. Rejects with the
 * system's error. Node's own recursive mkdir never ends if a file system answers ENOENT although the parent
 * exists, as /proc does.
 */
export async function makeFolder(directory: string, { mode }: Making = {}): Promise<boolean> {
  const missing = missingOf(directory);
  for (const folder of missing) {
    await fs.mkdir(folder, mode).catch(unlessMade(folder));
    // A parent folder without read permission cannot be synced; the folder exists all the same.
    await syncDirectory(path.dirname(folder)).catch(() => undefined);
  }
  return missing.length > 0;
}

/**
 * Like `makeFolder`, for files that must survive a power loss. It also syncs the name of the lowest existing
 * folder, which a killed process may have created without syncing.
 */
export async function makeLastingFolder(directory: string, making?: Making): Promise<boolean> {
  const [uppermost] = missingOf(directory);
  const lowest = uppermost === undefined ? path.resolve(directory) : path.dirname(uppermost);
  await syncDirectory(path.dirname(lowest)).catch(() => undefined);
  return makeFolder(directory, making);
}

/** Creates folders as `makeLastingFolder` does, and syncs an existing one only once. */
export function createFolderMaker(): (directory: string) => Promise<void> {
  const made = new Map<string, Promise<boolean>>();
  return async (directory) => {
    if (!isFolder(directory)) made.delete(directory);
    const making = made.get(directory) ?? makeLastingFolder(directory);
    made.set(directory, making);
    try {
      await making;
    } catch (thrown) {
      made.delete(directory);
      throw thrown;
    }
  };
}

export function makeFolderNow(directory: string, { mode }: Making = {}): boolean {
  const missing = missingOf(directory);
  for (const folder of missing) {
    try {
      fileSystem.mkdirSync(folder, mode);
    } catch (thrown) {
      unlessMade(folder)(thrown);
    }
    try {
      syncDirectoryNow(path.dirname(folder));
    } catch {
      // A parent folder without read permission cannot be synced; the folder exists all the same.
    }
  }
  return missing.length > 0;
}

/** The missing folders of the path, uppermost first. */
function missingOf(directory: string): string[] {
  const missing: string[] = [];
  for (let at = path.resolve(directory); !isFolder(at); at = path.dirname(at)) {
    missing.unshift(at);
    if (at === path.dirname(at)) break;
  }
  return missing;
}

/** Another process may have created the folder since. */
function unlessMade(folder: string): (thrown: unknown) => void {
  return (thrown) => {
    if (!isFolder(folder)) throw thrown;
  };
}

function isFolder(folder: string): boolean {
  try {
    return fileSystem.statSync(folder).isDirectory();
  } catch {
    return false;
  }
}
