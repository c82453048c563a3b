import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import Conf from "conf";
import lockfile from "proper-lockfile";
import { syncDirectoryNow } from "../files/disk.ts";

/** How long the lock is waited for. */
export interface LockWaiting {
  /** Two minutes where it is left out. */
  patienceMs?: number | undefined;
  /** Ends the waiting, and never the work. */
  signal?: AbortSignal;
}

/**
 * Replaces the conf file of `directory` atomically, readable by its owner alone. After a power loss the one
 * before may stand there again, unless `isDurable` makes the replacement survive that.
 */
export function writeConf(
  directory: string,
  values: Record<string, unknown>,
  isDurable: boolean,
): void {
  const conf = new Conf<Record<string, unknown>>({
    cwd: directory,
    configFileMode: 0o600,
    accessPropertiesByDotNotation: false,
    // What stood there was read by whoever writes; a complaint about it would quote tokens.
    deserialize: () => ({}),
  });
  conf.store = values;
  if (isDurable) syncDirectoryNow(directory);
  removeLeftOver(directory);
}

/** Who was killed while it wrote left a file with tokens; only who has the lock writes one. */
function removeLeftOver(directory: string): void {
  for (const name of readdirSync(directory)) {
    if (/^config\.json\.tmp-/.test(name)) rmSync(join(directory, name), { force: true });
  }
}

/** How long anything but another process may stand in the way of the lock. */
const otherMs = 500;

/** What the system answers where waiting mends nothing. */
const lasting: ReadonlySet<unknown> = new Set([
  "EACCES",
  "EDQUOT",
  "ENOSPC",
  "ENOTDIR",
  "EPERM",
  "EROFS",
]);

/** True where the disk refused, and will again. */
export function isRefused(thrown: unknown): boolean {
  return thrown instanceof Error && "code" in thrown && lasting.has(thrown.code);
}

/**
 * Waits for the lock of the file at `path`; resolves with what gives it back. The lock goes stale after
 * a few seconds without its holder's sign of life, so a killed process holds nobody up for long; a
 * holder that waits for the network keeps it alive. Rejects with what `isHeld` is true of where the
 * patience was too short, and with what `isRefused` is true of at once.
 */
export async function lockConf(
  path: string,
  { patienceMs = 120_000, signal }: LockWaiting,
): Promise<() => Promise<void>> {
  const startedAtMs = performance.now();
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await lockfile.lock(path, {
        realpath: false,
        stale: 5_000,
        update: 1_000,
        onCompromised: () => undefined,
      });
    } catch (thrown) {
      const mostMs = isHeld(thrown) ? patienceMs : otherMs;
      if (isRefused(thrown) || performance.now() - startedAtMs >= mostMs) throw thrown;
    }
    await wait(60 + 40 * Math.random());
  }
}

/** True where another process had the lock all the time. */
export function isHeld(thrown: unknown): boolean {
  return thrown instanceof Error && "code" in thrown && thrown.code === "ELOCKED";
}
