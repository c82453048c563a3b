import fileSystem from "node:fs";
import fs from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { AppError, errnoOf } from "../base/errors.ts";
import { closeFile, openOwnFile, readAt } from "./disk.ts";
import {
  type Holder,
  isHeld,
  lockText,
  nobody,
  processOf,
  readLock,
  timingOf,
} from "./lock-holder.ts";

const touchEveryMs = 15_000;
const lookAgainMs = 10;

/** One process at a time works on a partial file; this is held meanwhile. */
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
 * Takes the lock file at `path`, also from a process that died. Rejects with an AppError of kind
 * disk that says who holds it. `what` ends the sentence "Fetching …".
 */
export function takeLock(path: string, what: string): Promise<Lock> {
  return acquireLock(path).catch((thrown: unknown) => {
    throw thrown instanceof LockHeld ? heldError(thrown, what) : thrown;
  });
}

/** The same for other work. Rejects with LockHeld, or with what the disk refuses. */
export async function acquireLock(path: string): Promise<Lock> {
  const text = lockText();
  for (;;) {
    if (create(path, text)) return held(path, text);
    const standing = await readLock(path);
    if (standing === undefined) continue;
    if (await isHeld(path, standing.holder)) {
      if (standing.holder !== nobody) throw new LockHeld(standing.holder);
      await wait(lookAgainMs);
    } else await removeStale(path, standing.text);
  }
}

/**
 * Takes the lock file at `path` where nobody has one there, in this thread; `like` is one that this
 * thread holds in the same folder. Who takes it removes it.
 */
export function tryLock(path: string, like: string | undefined): boolean {
  try {
    if (like === undefined) createNow(path, lockText());
    else fileSystem.linkSync(like, path);
    return true;
  } catch (thrown) {
    if (errnoOf(thrown) === "EEXIST") return false;
    // Not every file system knows a file by two names.
    if (like !== undefined) return tryLock(path, undefined);
    throw thrown;
  }
}

/** A full disk makes the file and refuses its text: then it is taken away again. */
function createNow(path: string, text: string): void {
  const fd = fileSystem.openSync(path, "wx", 0o600);
  try {
    fileSystem.writeFileSync(fd, text);
  } catch (thrown) {
    fileSystem.rmSync(path, { force: true });
    throw thrown;
  } finally {
    fileSystem.closeSync(fd);
  }
}

function held(path: string, text: string): Lock {
  const timer = setInterval(() => void touch(path, text), touchEveryMs).unref();
  return {
    async release() {
      clearInterval(timer);
      // Who slept for long may have lost it to another.
      if ((await readLock(path))?.text === text) await fs.rm(path, { force: true });
      await removeLeftGuard(path);
    },
  };
}

/** Writes the same once more: the file system then sets the time by its own clock, which setting it would not. */
async function touch(path: string, text: string): Promise<void> {
  try {
    const fd = await openOwnFile(path, fileSystem.constants.O_RDWR);
    try {
      const standing = Buffer.alloc(Buffer.byteLength(text));
      await readAt(fd, standing, standing.length, 0);
      if (standing.toString() === text) fileSystem.writeSync(fd, text, 0);
    } finally {
      await closeFile(fd);
    }
  } catch {
    // The next time may go better, and a lock that is gone needs none.
  }
}

/** Only who has the guard removes another's lock, so none is removed that was taken meanwhile. */
async function removeStale(path: string, text: string): Promise<void> {
  const guard = guardOf(path);
  if (!create(guard, lockText())) {
    await removeLeftGuard(path);
    await wait(lookAgainMs);
    return;
  }
  try {
    if ((await readLock(path))?.text === text) await fs.rm(path, { force: true });
  } finally {
    await fs.rm(guard, { force: true });
  }
}

function guardOf(path: string): string {
  return `${path}.guard`;
}

/** What may be left beside the lock at `path`, even without it: a power loss may undo a removal. */
export function besideLock(path: string): string[] {
  const guard = guardOf(path);
  return [guard, timingOf(path), timingOf(guard)];
}

/** Removes what nobody uses beside a lock that this process holds. */
export async function removeLeftBeside(path: string): Promise<void> {
  await removeLeftGuard(path);
  for (const timing of [timingOf(path), timingOf(guardOf(path))])
    await fs.rm(timing, { force: true });
}

/** A process that dies while it has the guard leaves it; it may have removed the lock already. */
async function removeLeftGuard(path: string): Promise<void> {
  const guard = guardOf(path);
  const standing = await readLock(guard);
  if (standing === undefined || (await isHeld(guard, standing.holder))) return;
  await fs.rm(guard, { force: true });
}

/** False when the file is there already. */
function create(path: string, text: string): boolean {
  try {
    createNow(path, text);
    return true;
  } catch (thrown) {
    if (errnoOf(thrown) === "EEXIST") return false;
    throw thrown;
  }
}

function heldError(cause: LockHeld, what: string): AppError {
  return new AppError({
    kind: "disk",
    tried: `Fetching ${what}`,
    answered: `another cfs (${processOf(cause.holder)}) is fetching it into the same folder`,
    advice: "Wait until it has ended, or choose another folder.",
    reason: "locked",
    cause,
  });
}
