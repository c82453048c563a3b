import fs from "node:fs/promises";
import { AppError } from "../base/errors.ts";
import { diskError } from "../files/disk.ts";
import { removeLeftoversIn } from "../files/leftovers.ts";
import { acquireLock, type Lock, LockHeld, lockedError } from "../files/lock.ts";
import { makeLastingFolder } from "../files/make-folder.ts";
import type { SyncPaths } from "./manifest.ts";

/**
 * Creates the folder if it is missing and locks it for this process. Rejects with an AppError of kind disk,
 * with reason "locked" if another process holds the lock.
 */
export async function takeFolder({ directory, folder, lock }: SyncPaths): Promise<Lock> {
  const tried = `Syncing ${directory}`;
  try {
    const isMade = await makeLastingFolder(directory);
    await makeLastingFolder(folder, { mode: 0o700 });
    if ((await fs.lstat(folder)).isSymbolicLink()) throw linkError(tried, folder);
    const held = await acquireLock(lock);
    // Files in the manifest are not fetched again, so nothing else would remove the leftovers beside them.
    await removeLeftoversIn(directory).catch(() => undefined);
    return {
      ...held,
      async release() {
        await held.release().catch((thrown) => {
          throw diskError(thrown, `Unlocking ${directory} after syncing`);
        });
        await removeEmpty([folder, ...(isMade ? [directory] : [])]);
      },
    };
  } catch (thrown) {
    if (thrown instanceof LockHeld) {
      const advice = "Wait until it ends, or choose another folder.";
      throw lockedError({ tried, doing: "syncing this folder", advice }, thrown);
    }
    throw diskError(thrown, tried);
  }
}

/** A call that fetches nothing, such as one without a session, leaves no folder behind. */
async function removeEmpty(folders: readonly string[]): Promise<void> {
  for (const folder of folders) await fs.rmdir(folder).catch(() => undefined);
}

function linkError(tried: string, folder: string): AppError {
  return new AppError({
    kind: "disk",
    tried,
    answered: `${folder} is a link that leads elsewhere`,
    advice: "Remove the link, then try again.",
  });
}
