import { randomUUID } from "node:crypto";
import fileSystem from "node:fs";
import fs from "node:fs/promises";
import os from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import * as v from "valibot";
import { AppError } from "../errors.ts";
import { diskCode } from "./disk.ts";
import { isRunning, ownProcess, processShape } from "./process-identity.ts";

const holderShape = v.object({ id: v.string(), ...processShape.entries });

type Holder = v.InferOutput<typeof holderShape>;

/** On another machine, a lock that was not touched for so long is left over. */
const forgottenMs = 60_000;
const touchEveryMs = 15_000;
/** A lock without a text becomes whole within this time, or never. */
const unwrittenMs = 2_000;
const lookAgainMs = 10;
const mostBytes = 64 * 1024;

/** One process at a time works on a partial file; this is held meanwhile. */
export interface Lock {
  release(): Promise<void>;
}

/**
 * Takes the lock file at `path`, also from a process that died. Rejects with an AppError of kind
 * disk that says who holds it. `what` ends the sentence "Fetching …".
 */
export async function takeLock(path: string, what: string): Promise<Lock> {
  const text = lockText();
  for (;;) {
    if (create(path, text)) return held(path);
    const standing = await read(path);
    if (standing === undefined) continue;
    if (await isHeld(path, standing.holder)) {
      if (standing.holder !== nobody) throw heldError(standing.holder, what);
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
    if (diskCode(thrown) === "EEXIST") return false;
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

function lockText(): string {
  return JSON.stringify({ id: randomUUID(), ...ownProcess() } satisfies Holder);
}

function held(path: string): Lock {
  const touch = () => {
    const now = new Date();
    fs.utimes(path, now, now).catch(() => undefined);
  };
  const timer = setInterval(touch, touchEveryMs).unref();
  return {
    async release() {
      clearInterval(timer);
      await fs.unlink(path).catch((thrown) => {
        if (diskCode(thrown) !== "ENOENT") throw thrown;
      });
      await removeLeftGuard(path);
    },
  };
}

/** Of a lock file whose text makes no sense: it is just being written, or was cut off then. */
const nobody: Holder = { id: "", pid: 1, host: "" };

async function read(path: string): Promise<{ text: string; holder: Holder } | undefined> {
  let text: string;
  try {
    const found = await fs.lstat(path);
    // A link or a pipe is no lock, and reading it might not end.
    if (!found.isFile() || found.size > mostBytes) return { text: "", holder: nobody };
    text = await fs.readFile(path, "utf8");
  } catch (thrown) {
    if (diskCode(thrown) === "ENOENT") return undefined;
    throw thrown;
  }
  try {
    const holder = v.safeParse(holderShape, JSON.parse(text));
    return { text, holder: holder.success ? holder.output : nobody };
  } catch {
    return { text, holder: nobody };
  }
}

async function isHeld(path: string, holder: Holder): Promise<boolean> {
  const running = isRunning(holder);
  if (running !== undefined) return running;
  const touched = await fs.lstat(path).catch(() => undefined);
  const patienceMs = holder === nobody ? unwrittenMs : forgottenMs;
  return touched !== undefined && Date.now() - touched.mtimeMs < patienceMs;
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
    if ((await read(path))?.text === text) await fs.rm(path, { force: true });
  } finally {
    await fs.rm(guard, { force: true });
  }
}

function guardOf(path: string): string {
  return `${path}.guard`;
}

/** A process that dies while it has the guard leaves it; it may have removed the lock already. */
async function removeLeftGuard(path: string): Promise<void> {
  const guard = guardOf(path);
  const standing = await read(guard);
  if (standing === undefined || (await isHeld(guard, standing.holder))) return;
  await fs.rm(guard, { force: true });
}

/** False when the file is there already. */
function create(path: string, text: string): boolean {
  try {
    createNow(path, text);
    return true;
  } catch (thrown) {
    if (diskCode(thrown) === "EEXIST") return false;
    throw thrown;
  }
}

function heldError(holder: Holder, what: string): AppError {
  const place = holder.host === os.hostname() ? "" : ` on ${holder.host}`;
  return new AppError({
    kind: "disk",
    tried: `Fetching ${what}`,
    answered: `another cfs (process ${holder.pid}${place}) is fetching it into the same folder`,
    advice: "Wait until it has ended, or choose another folder.",
    code: "locked",
  });
}
