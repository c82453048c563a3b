import fs from "node:fs";
import path from "node:path";
import * as v from "valibot";
import { AppError, errnoOf } from "../../base/errors.ts";
import { syncDirectoryNow, syncFile } from "../../files/disk.ts";
import { removeLockOfThread, tryLock } from "../../files/lock.ts";
import { verifications } from "../engine.ts";
import { freshJournal } from "../part-file/journal.ts";
import { partPathsOf } from "../part-file/part-file.ts";
import {
  assertVerified,
  checkName,
  createCheck,
  type Findings,
  isNamelessGzip,
  type Verdict,
} from "./checks.ts";

/** A small file in memory and its final path. */
export interface SmallFile extends SmallOrder {
  bytes: Uint8Array;
}

export const smallOrderShape = v.object({
  name: v.string(),
  md5: v.optional(v.string()),
  path: v.string(),
  checks: v.array(checkName),
  /** True if an existing file is replaced. */
  replaces: v.boolean(),
});

export type SmallOrder = v.InferOutput<typeof smallOrderShape>;

export const outcomeShape = v.variant("kind", [
  v.object({
    kind: v.literal("saved"),
    sha256: v.optional(v.string()),
    verifiedBy: v.optional(v.picklist(verifications)),
  }),
  /** The bytes do not match the listing. */
  v.object({ kind: v.literal("wrong") }),
  /** Another file occupies the path or is being fetched to it. */
  v.object({ kind: v.literal("taken") }),
  v.object({ kind: v.literal("failed"), message: v.string(), code: v.optional(v.string()) }),
]);

export type SmallFileOutcome = v.InferOutput<typeof outcomeShape>;

interface Unfinished {
  file: SmallFile;
  verdict: Verdict | undefined;
  part: string;
  journal: string;
  lock: string;
  outcome?: SmallFileOutcome;
  fd?: number;
  /** True while the part file exists and belongs to this batch. */
  ownsPart?: boolean;
}

/**
 * Verifies and saves small files together in this thread, because syncing many names costs little more than
 * syncing one. Each is a locked part file first, and is saved once bytes and name are durable; outcomes keep
 * the order of the files.
 */
export async function saveTogether(files: readonly SmallFile[]): Promise<SmallFileOutcome[]> {
  const verdicts = await Promise.all(files.map(verify));
  const unfinished = files.map((file, index): Unfinished => {
    const verdict = verdicts[index];
    return {
      file,
      ...partPathsOf(file.path),
      verdict,
      outcome: verdict ? undefined : { kind: "wrong" },
    };
  });
  const locked = lockAll(unfinished);
  try {
    each(unfinished, write);
    await Promise.all(unfinished.map(sync));
    each(unfinished, finish);
    syncFolders(unfinished);
  } finally {
    // A lock that cannot be removed is stale once this process ends.
    for (const { lock } of locked) removeQuietly(lock);
  }
  return unfinished.map(({ outcome, verdict }) => outcome ?? { kind: "saved", ...verdict });
}

/** Like `saveTogether`, for files that a thread of this process may have been saving when it ended. */
export function saveAgain(files: readonly SmallFile[]): Promise<SmallFileOutcome[]> {
  for (const { path } of files) {
    const { lock, part } = partPathsOf(path);
    if (removeLockOfThread(lock)) removeQuietly(part);
  }
  return saveTogether(files);
}

/** Undefined if the bytes are wrong; their count is already checked. */
async function verify(file: SmallFile): Promise<Verdict | undefined> {
  const findings: Findings = {};
  const bytes = Buffer.from(file.bytes.buffer, file.bytes.byteOffset, file.bytes.length);
  const listed = { name: file.name, md5: file.md5, bytes: bytes.length };
  const checks = [...file.checks];
  if (file.md5 === undefined && isNamelessGzip(file.name, bytes)) checks.push("gzip");
  for (const name of checks) {
    if (name === "zip") return undefined;
    const check = createCheck(name);
    await check.update(bytes);
    const found = await check.end();
    check.drop();
    if (found !== undefined) findings[name] = found;
  }
  try {
    return assertVerified(listed, { checks, findings, hasKnownSize: true });
  } catch (thrown) {
    if (thrown instanceof AppError) return undefined;
    throw thrown;
  }
}

/** Runs a step for all files without an outcome; a failed file is removed and takes no further step. */
function each(unfinished: readonly Unfinished[], step: (one: Unfinished) => void): void {
  for (const one of unfinished) {
    if (one.outcome !== undefined) continue;
    try {
      step(one);
    } catch (thrown) {
      giveUp(one, thrown);
    }
  }
}

function giveUp(one: Unfinished, thrown: unknown): void {
  one.outcome = failed(thrown);
  // Only the first failure of a file is reported; the batch continues.
  try {
    close(one);
  } catch {}
  if (one.ownsPart) removeQuietly(one.part);
}

/** Closes only once, even if that fails, because the system soon reuses the descriptor. */
function close(one: Unfinished): void {
  const { fd } = one;
  delete one.fd;
  if (fd !== undefined) fs.closeSync(fd);
}

function failed(thrown: unknown): SmallFileOutcome {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { kind: "failed", message, code: errnoOf(thrown) };
}

/** The locks of one folder are hard links to one file. */
function lockAll(unfinished: readonly Unfinished[]): Unfinished[] {
  const firstIn = new Map<string, string>();
  const locked: Unfinished[] = [];
  each(unfinished, (one) => {
    const folder = path.dirname(one.lock);
    const first = firstIn.get(folder);
    if (!tryLock(one.lock, first)) {
      one.outcome = { kind: "taken" };
      return;
    }
    locked.push(one);
    firstIn.set(folder, first ?? one.lock);
    const { replaces, path: final } = one.file;
    // A broken link occupies the name too.
    const hasPart = fs.lstatSync(one.part, { throwIfNoEntry: false }) !== undefined;
    if (hasPart || (!replaces && fs.existsSync(final))) one.outcome = { kind: "taken" };
  });
  return locked;
}

function removeQuietly(file: string): void {
  try {
    fs.rmSync(file, { force: true });
  } catch {}
}

function write(one: Unfinished): void {
  const { bytes } = one.file;
  // A power loss may leave a journal without its part file.
  for (const left of [one.journal, freshJournal(one.journal)])
    if (fs.existsSync(left)) fs.rmSync(left);
  one.fd = fs.openSync(one.part, "wx");
  one.ownsPart = true;
  for (let at = 0; at < bytes.length; ) at += fs.writeSync(one.fd, bytes, at);
}

async function sync(one: Unfinished): Promise<void> {
  if (one.fd === undefined || one.outcome !== undefined) return;
  try {
    await syncFile(one.fd);
  } catch (thrown) {
    giveUp(one, thrown);
  }
}

function finish(one: Unfinished): void {
  close(one);
  fs.renameSync(one.part, one.file.path);
  one.ownsPart = false;
}

/** If a folder cannot be synced, none of its files counts as saved: the system reports lost names only once. */
function syncFolders(unfinished: readonly Unfinished[]): void {
  const failures = new Map<string, unknown>();
  each(unfinished, ({ file }) => {
    const folder = path.dirname(file.path);
    if (!failures.has(folder)) failures.set(folder, failureOfSync(folder));
    const failure = failures.get(folder);
    if (failure !== undefined) throw failure;
  });
}

/** Undefined if the folder is synced. */
function failureOfSync(folder: string): unknown {
  try {
    syncDirectoryNow(folder);
    return undefined;
  } catch (thrown) {
    return thrown;
  }
}

const kilobyte = 1024;
const megabyte = 1024 * kilobyte;

/** Largest file that is fetched into memory from any store. */
export const smallBytes = 256 * kilobyte;
/**
 * Largest file that is fetched into memory from a fast store. From a slow one it would take so long that a
 * killed program would lose much.
 */
export const wholeBytes = 2 * megabyte;
/** Most bytes of files that may be in memory at the same time. */
export const mostBodyBytes = 30 * megabyte;

/** Memory for the body of one small file, which threads share without copying. */
interface BodyMemory {
  /** As long as requested. */
  bytes: Uint8Array<SharedArrayBuffer>;
  /** Another body may use the memory from now on. */
  release(): void;
}

export interface BodyPool {
  /** `bytes` is at most `wholeBytes`. */
  acquire(bytes: number): BodyMemory;
}

/** Keeps free memory for as many bytes as files may have: new memory costs a page fault for every 4 kB. */
export function createBodyPool(): BodyPool {
  const free = new Map<number, SharedArrayBuffer[]>();
  let freeBytes = 0;
  return {
    acquire(bytes) {
      const size = bytes <= smallBytes ? smallBytes : wholeBytes;
      const kept = free.get(size)?.pop();
      freeBytes -= kept?.byteLength ?? 0;
      const memory = kept ?? new SharedArrayBuffer(size);
      return {
        bytes: new Uint8Array(memory, 0, bytes),
        release() {
          if (freeBytes + size > mostBodyBytes) return;
          free.set(size, [...(free.get(size) ?? []), memory]);
          freeBytes += size;
        },
      };
    },
  };
}
