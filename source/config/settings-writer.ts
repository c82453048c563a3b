import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import Conf from "conf";
import lockfile from "proper-lockfile";
import type { LockWaiting } from "./kept-state.ts";

/** Replaces the conf file of `directory` atomically, readable by its owner alone. */
export function writeConf(directory: string, values: Record<string, unknown>): void {
  const conf = new Conf<Record<string, unknown>>({
    cwd: directory,
    configFileMode: 0o600,
    accessPropertiesByDotNotation: false,
    // What stood there was read by whoever writes; a complaint about it would quote tokens.
    deserialize: () => ({}),
  });
  conf.store = values;
  removeLeftOver(directory);
}

/** Who was killed while it wrote left a file with tokens; only who has the lock writes one. */
function removeLeftOver(directory: string): void {
  for (const name of readdirSync(directory)) {
    if (/^config\.json\.tmp-/.test(name)) rmSync(join(directory, name), { force: true });
  }
}

/**
 * Waits for the lock of the file at `path`; resolves with what gives it back. The lock goes stale after
 * a few seconds without its holder's sign of life, so a killed process holds nobody up for long; a
 * holder that waits for the network keeps it alive. Rejects with what `isHeld` is true of where the
 * patience was too short.
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
        // About half a second: then an abort is looked at.
        retries: { retries: 8, minTimeout: 20, maxTimeout: 100, factor: 1.2, randomize: true },
        onCompromised: () => undefined,
      });
    } catch (thrown) {
      if (!isHeld(thrown) || performance.now() - startedAtMs >= patienceMs) throw thrown;
    }
  }
}

/** True where another process had the lock all the time. */
export function isHeld(thrown: unknown): boolean {
  return thrown instanceof Error && "code" in thrown && thrown.code === "ELOCKED";
}
