import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { AppError, errnoOf, toAppError } from "../base/errors.ts";
import { shareRuns } from "../base/shared-runs.ts";

interface DiskProblem {
  /** The end of a sentence. */
  answered: string;
  advice?: string;
  /** The disk will refuse the other files of the folder too. */
  isOfFolder?: boolean;
}

const noFile: DiskProblem = {
  answered: "it exists but is not a regular file",
  advice: "Remove it, or choose another folder, then try again.",
};

/** A part of the path of the folder is a file. */
const noFolder: DiskProblem = {
  answered: "it is not a folder",
  advice: "A part of the path is a file: choose another folder.",
  isOfFolder: true,
};

/** By errno. */
const problems: Readonly<Record<string, DiskProblem>> = {
  ENOSPC: {
    answered: "the disk is full",
    advice: "Free some space, then try again.",
    isOfFolder: true,
  },
  EDQUOT: {
    answered: "the disk quota is used up",
    advice: "Your quota is used up: free some space, then try again.",
    isOfFolder: true,
  },
  EROFS: {
    answered: "the file system is read-only",
    advice: "Choose a folder that can be written.",
    isOfFolder: true,
  },
  EACCES: {
    answered: "permission was denied",
    advice: "Choose a folder that you may write to.",
    isOfFolder: true,
  },
  EPERM: {
    answered: "it is not permitted",
    advice: "Choose a folder that you may write to.",
    isOfFolder: true,
  },
  ENOENT: {
    answered: "the folder does not exist",
    advice: "Create the folder or choose another, then try again.",
  },
  ENOTFILE: noFile,
  ENXIO: noFile,
  ENOTDIR: noFolder,
  EEXIST: noFolder,
  EIO: { answered: "the disk failed (EIO)" },
  ELOOP: {
    answered: "it is a symbolic link to another place, and it is not followed",
    advice: "Remove the link, or choose another folder, then try again.",
  },
  EFBIG: {
    answered: "the file is too large for this file system",
    advice: "This file system does not hold files of that size: choose another folder.",
  },
  EMFILE: {
    answered: "too many files are open",
    advice: "Too many files are open: lower CFS_JOBS or raise the limit (ulimit -n).",
  },
  EISDIR: {
    answered: "it is a folder",
    advice: "Remove the folder, or choose another one, then try again.",
  },
  ENAMETOOLONG: { answered: "the name is too long" },
};

/** Why the disk refused, as people say it: "the disk is full". */
export function diskReason(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return problems[errnoOf(thrown) ?? ""]?.answered ?? message;
}

/** A failed write, as opposed to a failed request; its cause is the system's error. */
export class WriteFailure extends Error {
  override readonly name = "WriteFailure";
}

/**
 * A failure of the local disk as an AppError of kind disk; an AppError is returned unchanged. Errors of Node
 * and its libraries (memory, a hash) do not count as disk failures.
 */
export function diskError(thrown: unknown, tried: string): AppError {
  const errno = errnoOf(thrown);
  const isOfNode = /_/.test(errno ?? "") && !errno?.startsWith("ERR_FS_");
  if (thrown instanceof AppError || isOfNode) return toAppError(thrown, tried);
  const { advice = "Check the disk and the folder, then try again.", isOfFolder } =
    problems[errno ?? ""] ?? {};
  return new AppError({
    kind: "disk",
    tried,
    answered: diskReason(thrown),
    advice,
    reason: isFull(errno) ? "no-space" : undefined,
    errno,
    isOfFolder,
    cause: thrown,
  });
}

/** Undefined if the file does not exist. Rethrows any other error, because the file may exist then. */
export function unlessMissing(thrown: unknown): undefined {
  const errno = errnoOf(thrown);
  if (errno !== "ENOENT" && errno !== "ENOTDIR") throw thrown;
  return undefined;
}

function isFull(errno: string | undefined): boolean {
  return errno === "ENOSPC" || errno === "EDQUOT";
}

export const openFile: (path: string, flags: string | number) => Promise<number> = promisify(
  fs.open,
);

/** Opens a file for writing; rejects a link, or anything but a regular file, at its path. */
export async function openOwnFile(path: string, flags: number): Promise<number> {
  const { O_NOFOLLOW = 0, O_NONBLOCK = 0 } = fs.constants;
  const fd = await openFile(path, flags | O_NOFOLLOW | O_NONBLOCK);
  try {
    if (fs.fstatSync(fd).isFile()) return fd;
    throw Object.assign(new Error(`${path} is not a regular file`), { code: "ENOTFILE" });
  } catch (thrown) {
    fs.closeSync(fd);
    throw thrown;
  }
}

export const closeFile: (fd: number) => Promise<void> = promisify(fs.close);

/** Resolves when the bytes of `fd` are synced. */
export const syncFile: (fd: number) => Promise<void> = promisify(fs.fdatasync);
const syncAll: (fd: number) => Promise<void> = promisify(fs.fsync);

/** Resolves when the names in `directory` are synced, if the system can do that. */
export async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === "win32") return;
  const fd = await openFile(directory, "r");
  try {
    await syncAll(fd);
  } catch (thrown) {
    if (!isNoFolderSync(thrown)) throw thrown;
  } finally {
    await closeFile(fd);
  }
}

/** Like `syncDirectory`, synchronously, for threads that may wait. */
export function syncDirectoryNow(directory: string): void {
  if (process.platform === "win32") return;
  const fd = fs.openSync(directory, "r");
  try {
    fs.fsyncSync(fd);
  } catch (thrown) {
    if (!isNoFolderSync(thrown)) throw thrown;
  } finally {
    fs.closeSync(fd);
  }
}

/** Some network and FUSE file systems refuse it; their renames are as safe as they can be. */
function isNoFolderSync(thrown: unknown): boolean {
  return errnoOf(thrown) === "EINVAL" || errnoOf(thrown) === "ENOTSUP";
}

/** Reads up to `bytes` bytes at `position` into the start of `buffer`; resolves with the number read. */
export function readAt(
  fd: number,
  buffer: Buffer,
  bytes: number,
  position: number,
): Promise<number> {
  return new Promise((resolve, reject) => {
    fs.read(fd, buffer, 0, bytes, position, (error, bytesRead) => {
      if (error) reject(error);
      else resolve(bytesRead);
    });
  });
}

/**
 * Syncs folders for many files that finish at about the same time. Calls during a sync share the next one, so
 * each name is synced when its promise resolves.
 */
export function createDirectorySync(
  sync: (directory: string) => Promise<void> = syncDirectory,
): (directory: string) => Promise<void> {
  const runs = new Map<string, () => Promise<void>>();
  return (directory) => {
    const run = runs.get(directory) ?? shareRuns(() => sync(directory));
    runs.set(directory, run);
    return run();
  };
}

export interface AtomicWrite {
  /** Written first, then renamed; `target` with ".new" by default. Only one process may use it at a time. */
  temporary?: string;
  /** True: resolves when text and name are synced, so that they survive a crash of the machine. */
  isDurable?: boolean;
  /** Permissions, less the umask; by default only the owner can read it. */
  mode?: number;
}

/**
 * Replaces the file at `target` atomically. If it rejects with the system's
 * error, the old file remains.
 */
export async function writeAtomically(
  target: string,
  text: string,
  { temporary = `${target}.new`, isDurable = false, mode = 0o600 }: AtomicWrite = {},
): Promise<void> {
  await fs.promises.rm(temporary, { force: true });
  try {
    const file = await fs.promises.open(temporary, "wx", mode);
    try {
      await file.writeFile(text);
      if (isDurable) await file.sync();
    } finally {
      await file.close();
    }
    await fs.promises.rename(temporary, target);
  } catch (thrown) {
    await fs.promises.rm(temporary, { force: true }).catch(() => undefined);
    throw thrown;
  }
  if (isDurable) await syncDirectory(path.dirname(target));
}

/** Like `writeAtomically`, synchronously. */
export function writeAtomicallyNow(
  target: string,
  text: string | Uint8Array,
  { temporary = `${target}.new`, isDurable = false, mode = 0o600 }: AtomicWrite = {},
): void {
  fs.rmSync(temporary, { force: true });
  try {
    const fd = fs.openSync(temporary, "wx", mode);
    try {
      fs.writeFileSync(fd, text);
      if (isDurable) fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
    fs.renameSync(temporary, target);
  } catch (thrown) {
    fs.rmSync(temporary, { force: true });
    throw thrown;
  }
  if (isDurable) syncDirectoryNow(path.dirname(target));
}
