import { randomUUID } from "node:crypto";
import fileSystem from "node:fs";
import fs from "node:fs/promises";
import os from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import * as v from "valibot";
import { AppError, errnoOf } from "../base/errors.ts";
import { readJson } from "../base/json.ts";
import { sanitize } from "../domain/sanitize.ts";
import { closeFile, openOwnFile, readAt } from "./disk.ts";
import { isRunning, ownProcess, pidNamespace, processShape } from "./process-identity.ts";

/** Texts of locks and guards that this process failed to remove; otherwise it would wait for itself. */
const releasedTexts = new Set<string>();
/** Locks that this process is about to remove, by their texts. */
const releases = new Map<string, Promise<void>>();

const touchEveryMs = 15_000;
const lookAgainMs = 10;

/** Held while a process works on a file or folder; no other process may work on it. */
export interface Lock {
  release(): Promise<void>;
}

export class LockHeld extends Error {
  override readonly name = "LockHeld";
  readonly holder: Holder;

  constructor(holder: Holder) {
    super(`${processOf(holder)} has the lock`);
    this.holder = holder;
  }
}

/**
 * Takes the lock file at `path`, also from a process that has ended. Rejects with an AppError of kind disk
 * that names the holder. `what` ends the sentence "Fetching …".
 */
export function takeLock(path: string, what: string): Promise<Lock> {
  return acquireLock(path).catch((thrown: unknown) => {
    if (!(thrown instanceof LockHeld)) throw thrown;
    const doing = "fetching it into the same folder";
    const advice = "Wait until it ends, or choose another folder.";
    throw lockedError({ tried: `Fetching ${what}`, doing, advice }, thrown);
  });
}

/** Like `takeLock`, but rejects with LockHeld or with the system's error. */
export async function acquireLock(path: string): Promise<Lock> {
  const text = lockText();
  for (;;) {
    if (create(path, text)) return held(path, text);
    const existing = await readLock(path);
    if (existing === undefined) continue;
    const release = releases.get(existing.text);
    // Its removal would also remove a lock taken before it ends.
    if (release !== undefined) await release.catch(() => undefined);
    else if (releasedTexts.has(existing.text) || !(await isHeld(path, existing.holder)))
      await removeStale(path, existing.text);
    // Otherwise it was released while it was read.
    else if ((await readLock(path))?.text === existing.text) {
      if (existing.holder !== unknownHolder) throw new LockHeld(existing.holder);
      await wait(lookAgainMs);
    }
  }
}

/**
 * Takes the lock file at `path` synchronously; false if one exists. The caller removes it. `like` is a lock
 * of this thread in the same folder: a hard link to it is cheaper than another file.
 */
export function tryLock(path: string, like: string | undefined): boolean {
  try {
    if (like === undefined) createNow(path, lockText());
    else fileSystem.linkSync(like, path);
    return true;
  } catch (thrown) {
    if (errnoOf(thrown) === "EEXIST") return false;
    // Not every file system has hard links.
    if (like !== undefined) return tryLock(path, undefined);
    throw thrown;
  }
}

/** Removes a lock that a thread of this process left when it ended; false if there is none at `path`. */
export function removeLockOfThread(path: string): boolean {
  try {
    const holder = readJson(holderShape, fileSystem.readFileSync(path, "utf8"));
    const { pid, host, began } = ownProcess();
    const isOwn = holder?.pid === pid && holder.host === host && holder.began === began;
    if (!isOwn || isElsewhere(holder)) return false;
    fileSystem.rmSync(path);
    return true;
  } catch {
    return false;
  }
}

/**
 * A full disk can create the file but fail to write or close it. The file is removed then, because this
 * process would otherwise count it as held for as long as it runs.
 */
function createNow(path: string, text: string): void {
  const fd = fileSystem.openSync(path, "wx", 0o600);
  try {
    try {
      fileSystem.writeFileSync(fd, text);
    } finally {
      fileSystem.closeSync(fd);
    }
  } catch (thrown) {
    releasedTexts.add(text);
    fileSystem.rmSync(path, { force: true });
    releasedTexts.delete(text);
    throw thrown;
  }
}

function held(path: string, text: string): Lock {
  const timer = setInterval(() => void touch(path, text), touchEveryMs).unref();
  return {
    async release() {
      clearInterval(timer);
      const release = remove(path, text).finally(() => releases.delete(text));
      releases.set(text, release);
      await release;
      await removeLeftBeside(path);
    },
  };
}

async function remove(path: string, text: string): Promise<void> {
  try {
    // If this process was suspended, another may have taken the lock.
    if ((await readLock(path))?.text === text) await fs.rm(path, { force: true });
  } catch (thrown) {
    releasedTexts.add(text);
    throw thrown;
  }
}

/** Rewrites the text, so that the file system sets the modification time by its own clock. */
async function touch(path: string, text: string): Promise<void> {
  try {
    const fd = await openOwnFile(path, fileSystem.constants.O_RDWR);
    try {
      const existing = Buffer.alloc(Buffer.byteLength(text));
      await readAt(fd, existing, existing.length, 0);
      if (existing.toString() === text) fileSystem.writeSync(fd, text, 0);
    } finally {
      await closeFile(fd);
    }
  } catch {
    // The next touch may succeed, and a removed lock needs none.
  }
}

/** Removes another process's lock under a guard, so that it never removes a lock taken since it was read. */
async function removeStale(path: string, text: string): Promise<void> {
  const guard = guardOf(path);
  const own = lockText();
  if (!create(guard, own)) {
    await removeLeftGuard(path);
    await wait(lookAgainMs);
    return;
  }
  try {
    if ((await readLock(path))?.text === text) await fs.rm(path, { force: true });
  } finally {
    await remove(guard, own);
  }
}

function guardOf(path: string): string {
  return `${path}.guard`;
}

/**
 * The files that may remain beside the lock at `path`, even without the lock, because a power loss may undo a
 * removal.
 */
export function besideLock(path: string): string[] {
  const guard = guardOf(path);
  return [guard, timingOf(path), timingOf(guard)];
}

/** Removes the unused files beside a lock. */
async function removeLeftBeside(path: string): Promise<void> {
  await removeLeftGuard(path);
  for (const timing of [timingOf(path), timingOf(guardOf(path))])
    await fs.rm(timing, { force: true });
}

/** A process that is killed while it holds the guard leaves it behind. */
async function removeLeftGuard(path: string): Promise<void> {
  const guard = guardOf(path);
  const existing = await readLock(guard);
  if (existing === undefined) return;
  if (!releasedTexts.has(existing.text) && (await isHeld(guard, existing.holder))) return;
  await fs.rm(guard, { force: true });
}

/** False if the file exists. */
function create(path: string, text: string): boolean {
  try {
    createNow(path, text);
    return true;
  } catch (thrown) {
    if (errnoOf(thrown) === "EEXIST") return false;
    throw thrown;
  }
}

/** The error of a file or folder on which another process works. */
export function lockedError(
  { tried, doing, advice }: { tried: string; doing: string; advice: string },
  cause: LockHeld,
): AppError {
  const answered = `another cfs (${processOf(cause.holder)}) is ${doing}`;
  return new AppError({ kind: "disk", tried, answered, advice, reason: "locked", cause });
}

const holderShape = v.object({
  id: v.string(),
  ...processShape.entries,
  host: v.pipe(v.string(), v.transform(sanitize)),
  /** The namespace in which `pid` counts, on Linux; locks of older versions have none. */
  namespace: v.optional(v.string()),
});

export type Holder = v.InferOutput<typeof holderShape>;

/** A lock of another machine is stale if it was not touched for this long. */
const staleMs = 60_000;
/** A lock still unreadable after this long was truncated by a crash, not half-written. */
const unwrittenMs = 2_000;
const mostBytes = 64 * 1024;

function lockText(): string {
  const namespace = pidNamespace();
  const holder: Holder = { id: randomUUID(), ...ownProcess(), namespace };
  return JSON.stringify(holder);
}

/** Holder of a lock file that is half-written or was truncated by a crash. */
const unknownHolder: Holder = { id: "", pid: 1, host: "" };

async function readLock(path: string): Promise<{ text: string; holder: Holder } | undefined> {
  let text: string;
  try {
    const found = await fs.lstat(path);
    // A link or a pipe is not a lock, and reading a pipe might never end.
    if (!found.isFile() || found.size > mostBytes) return { text: "", holder: unknownHolder };
    text = await fs.readFile(path, "utf8");
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT") return undefined;
    throw thrown;
  }
  return { text, holder: readJson(holderShape, text) ?? unknownHolder };
}

/** False if the holder of the lock at `path` has ended or the lock is stale. */
async function isHeld(path: string, holder: Holder): Promise<boolean> {
  const running = isElsewhere(holder) ? undefined : isRunning(holder);
  if (running !== undefined) return running;
  const touched = await fs.lstat(path).catch(() => undefined);
  if (touched === undefined) return false;
  const ageMs = fileSystemNowMs(path) - touched.mtimeMs;
  // A lock dated in the future was written before the clock was set back. A holder on another machine soon
  // touches its lock again; the writer of an unreadable one never does.
  return holder === unknownHolder ? Math.abs(ageMs) < unwrittenMs : ageMs < staleMs;
}

/** "process 123", with its machine or container if it is not this one. */
function processOf(holder: Holder): string {
  return `process ${holder.pid}${placeOf(holder)}`;
}

function placeOf(holder: Holder): string {
  if (holder.host !== os.hostname()) return ` on ${holder.host}`;
  return isElsewhere(holder) ? " in another container" : "";
}

/** Containers that share a host name number their processes separately. */
function isElsewhere({ namespace }: Holder): boolean {
  return namespace !== undefined && namespace !== pidNamespace();
}

function timingOf(path: string): string {
  return `${path}.clock`;
}

/**
 * The current time by the clock of the file system at `path`, which is another machine's on a network file
 * system. The probe file always has the same name, so a later call removes one that could not be removed
 * before.
 */
function fileSystemNowMs(path: string): number {
  const made = timingOf(path);
  const { O_CREAT, O_NOFOLLOW = 0, O_TRUNC, O_WRONLY } = fileSystem.constants;
  const fd = fileSystem.openSync(made, O_CREAT | O_WRONLY | O_TRUNC | O_NOFOLLOW, 0o600);
  try {
    fileSystem.writeSync(fd, "?");
    return fileSystem.fstatSync(fd).mtimeMs;
  } finally {
    fileSystem.closeSync(fd);
    fileSystem.rmSync(made, { force: true });
  }
}
