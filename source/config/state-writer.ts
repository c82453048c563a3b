import {
  chownSync,
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import Conf from "conf";
import { errnoOf } from "../base/errors.ts";
import { syncDirectoryNow } from "../files/disk.ts";
import { acquireLock, type Lock, LockHeld } from "../files/lock.ts";
import { statePath } from "./state-schema.ts";

export interface LockWaiting {
  /** Two minutes by default. */
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
  const target = realPathOf(statePath(directory));
  const conf = new Conf<Record<string, unknown>>({
    cwd: dirname(target),
    configName: basename(target),
    fileExtension: "new",
    configFileMode: 0o600,
    accessPropertiesByDotNotation: false,
    // The caller has read the file already, and an error of conf about it would quote tokens.
    deserialize: () => ({}),
  });
  try {
    conf.store = values;
    refusePart(conf.path, values);
    keepOwner(target, conf.path);
    renameSync(conf.path, target);
  } finally {
    removeLeftOver(target);
  }
  if (!isDurable) return;
  syncDirectoryNow(dirname(target));
  syncNameOf(dirname(target));
}

/** The file that a link leads to is replaced, not the link. */
function realPathOf(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}

/** Conf does not notice that a disk which is nearly full took only a part of the text. */
function refusePart(path: string, values: Record<string, unknown>): void {
  if (readFileSync(path, "utf8") === JSON.stringify(values, undefined, "\t")) return;
  throw Object.assign(new Error("ENOSPC: only a part could be written"), { code: "ENOSPC" });
}

/** The settings stay their user's when root runs the program. */
function keepOwner(from: string, to: string): void {
  const before = statSync(from, { throwIfNoEntry: false });
  if (before === undefined || before.uid === statSync(to).uid) return;
  chownSync(to, before.uid, before.gid);
}

/** A process that was killed may have made the folder and not synced its name. */
function syncNameOf(directory: string): void {
  try {
    syncDirectoryNow(dirname(directory));
  } catch {
    // A parent that may not be read cannot be synced.
  }
}

/** Who was killed while it wrote left a file with tokens; only who has the lock writes one. */
function removeLeftOver(target: string): void {
  const left = [".new", ".tmp-"].map((suffix) => basename(target) + suffix);
  for (const name of readdirSync(dirname(target))) {
    if (left.some((begin) => name.startsWith(begin)))
      rmSync(join(dirname(target), name), { force: true });
  }
}

/** How long anything but another process may stand in the way of the lock. */
const otherMs = 500;

/** What the system answers where waiting mends nothing. */
const lasting: readonly (string | undefined)[] = [
  "EACCES",
  "EDQUOT",
  "ENOSPC",
  "ENOTDIR",
  "EPERM",
  "EROFS",
];

/** True where the disk refused, and will again. */
export function isRefused(thrown: unknown): boolean {
  return lasting.includes(errnoOf(thrown));
}

/** True where another process had the lock all the time. */
export function isLockHeld(thrown: unknown): thrown is LockHeld {
  return thrown instanceof LockHeld;
}

/**
 * Takes the lock file at `path`; another process may hold it while it waits for the network. Rejects with what
 * `isLockHeld` is true of where the patience was too short, and with what `isRefused` is true of at once.
 */
export async function waitForLock(
  path: string,
  { patienceMs = 120_000, signal }: LockWaiting,
): Promise<Lock> {
  const startedAtMs = performance.now();
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await acquireLock(path);
    } catch (thrown) {
      const mostMs = isLockHeld(thrown) ? patienceMs : otherMs;
      if (isRefused(thrown) || performance.now() - startedAtMs >= mostMs) throw thrown;
    }
    await wait(60 + 40 * Math.random());
  }
}
