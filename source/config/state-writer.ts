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
  /** Ends the wait, but never the work. */
  signal?: AbortSignal;
}

/**
 * Replaces the conf file of `directory` atomically, readable by its owner only. A power loss may restore the
 * previous file, unless `isDurable` is set.
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
    // The caller has read the file already, and an error from conf would quote its tokens.
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

/** If `path` is a link, its target is replaced, not the link itself. */
function realPathOf(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}

/** Conf does not notice if a nearly full disk accepted only a part of the text. */
function refusePart(path: string, values: Record<string, unknown>): void {
  if (readFileSync(path, "utf8") === JSON.stringify(values, undefined, "\t")) return;
  throw Object.assign(new Error("ENOSPC: only a part could be written"), { code: "ENOSPC" });
}

/** The file keeps its owner when root runs the program. */
function keepOwner(from: string, to: string): void {
  const before = statSync(from, { throwIfNoEntry: false });
  if (before === undefined || before.uid === statSync(to).uid) return;
  chownSync(to, before.uid, before.gid);
}

/** A killed process may have created the folder without syncing its name. */
function syncNameOf(directory: string): void {
  try {
    syncDirectoryNow(dirname(directory));
  } catch {
    // A parent folder without read permission cannot be synced.
  }
}

/**
 * A process that was killed while writing leaves a file with tokens. Only the process with the lock writes,
 * so no such file is in use.
 */
function removeLeftOver(target: string): void {
  const left = [".new", ".tmp-"].map((suffix) => basename(target) + suffix);
  for (const name of readdirSync(dirname(target))) {
    if (left.some((begin) => name.startsWith(begin)))
      rmSync(join(dirname(target), name), { force: true });
  }
}

/** How long to retry the lock after errors other than a lock held by another process. */
const otherMs = 500;

/** The system's errors that no wait resolves. */
const lasting: readonly (string | undefined)[] = [
  "EACCES",
  "EDQUOT",
  "ENOSPC",
  "ENOTDIR",
  "EPERM",
  "EROFS",
];

/** True if the disk refused the lock and would refuse it again. */
export function isRefused(thrown: unknown): boolean {
  return lasting.includes(errnoOf(thrown));
}

/** True if another process held the lock during the whole wait. */
export function isLockHeld(thrown: unknown): thrown is LockHeld {
  return thrown instanceof LockHeld;
}

/**
 * Takes the lock file at `path`; another process may hold it while it waits for the network. Rejects at once
 * with an error that `isRefused` recognizes, and after `patienceMs` with one that `isLockHeld` recognizes.
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
