import { chmodSync, existsSync, renameSync, statSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { AppError, isAbort } from "../base/errors.ts";
import { diskError } from "../files/disk.ts";
import { makeFolderNow } from "../files/make-folder.ts";
import { stateOfProfile, withStateOfProfile } from "./profiles.ts";
import {
  isDamagedState,
  readState,
  type SavedState,
  settingsDirectory,
  statePath,
} from "./state-schema.ts";
import type { LockWaiting } from "./state-writer.ts";

/** The conf file while its lock is held. */
export interface Transaction {
  read(): SavedState;
  /** Replaces the file atomically, readable by its owner only. Throws an AppError of kind disk. */
  write(state: SavedState): void;
  /**
   * Set if the disk never allows a lock. Nothing is written then, and no session is read, because another
   * process might use its refresh token too.
   */
  refusal?: AppError;
}

/** The conf file with settings and refresh tokens. */
export interface StateStore {
  path: string;
  /** Includes changes by other processes. */
  read(): SavedState;
  /**
   * Runs `work` while no other process can access the file exclusively. Rejects with an AppError of kind
   * service if another process holds the lock for too long.
   */
  exclusive<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    waiting?: LockWaiting,
  ): Promise<Result>;
  /** Reports once per process why something is not kept. */
  noticeOnce(text: string): void;
}

export interface StateStoreOptions {
  /** Undefined: the platform's settings folder. */
  directory: string | undefined;
  /** Reports that a damaged file was set aside, or why something is not kept. */
  notice: (text: string) => void;
  /** The profile whose sessions are read and written; undefined: the default one. */
  profile?: string | undefined;
  nowMs?: () => number;
}

/**
 * Creates the conf file's folder (0700) and sets a damaged file aside with a notice. If the disk refuses the
 * folder, nothing is kept. Throws an AppError of kind disk if the folder is not accessible.
 */
export function openStateStore(options: StateStoreOptions): StateStore {
  const directory = settingsDirectory(options.directory);
  const refusal = makeDirectory(directory, options);
  const path = statePath(directory);
  if (existsSync(path))
    attempt("Restricting the settings to their owner", path, () => setMode(path, 0o600));
  setAsideDamaged(path, options);
  const read = () => stateOfProfile(readOrReport(path), options.profile);
  let isReported = false;
  return {
    path,
    read,
    noticeOnce(text) {
      if (!isReported) options.notice(text);
      isReported = true;
    },
    async exclusive(work, waiting = {}) {
      if (refusal !== undefined) {
        waiting.signal?.throwIfAborted();
        return await work(withoutLock(read, refusal));
      }
      // Loaded on first use, since reading does not need it.
      const { isLockHeld, isRefused, waitForLock, writeConf } = await import("./state-writer.ts");
      const lockPath = `${path}.lock`;
      const lock = await waitForLock(lockPath, waiting).catch((thrown: unknown) => {
        if (isAbort(thrown)) throw thrown;
        if (isRefused(thrown)) return settingsError("Writing the settings", path, thrown);
        throw isLockHeld(thrown)
          ? heldTooLong(thrown)
          : settingsError("Taking the lock of the settings", lockPath, thrown);
      });
      if (lock instanceof AppError) {
        waiting.signal?.throwIfAborted();
        return await work(withoutLock(read, lock));
      }
      const write = (state: SavedState) => {
        attempt("Writing the settings", path, () => {
          // A lost refresh token cannot be requested again; nothing else in the file is worth a sync.
          const isDurable = !isDeepStrictEqual(read().sessions, state.sessions);
          const file = withStateOfProfile(readOrReport(path), options.profile, state);
          writeConf(directory, JSON.parse(JSON.stringify(file)), isDurable);
        });
      };
      try {
        waiting.signal?.throwIfAborted();
        return await work({ read, write });
      } finally {
        await lock.release().catch(() => undefined);
      }
    },
  };
}

/** Leaves a damaged file in place, because `setAsideDamaged` renames it. */
function readOrReport(path: string): SavedState {
  try {
    return readState(path);
  } catch (thrown) {
    throw isDamagedState(thrown) ? thrown : settingsError("Reading the settings", path, thrown);
  }
}

function withoutLock(read: () => SavedState, refusal: AppError): Transaction {
  return {
    read: () => ({ ...read(), sessions: [] }),
    write() {
      throw refusal;
    },
    refusal,
  };
}

function setAsideDamaged(path: string, options: StateStoreOptions): void {
  try {
    readOrReport(path);
  } catch (thrown) {
    if (!isDamagedState(thrown)) throw thrown;
    const aside = `${path}.damaged-${options.nowMs?.() ?? Date.now()}`;
    attempt("Setting aside the damaged settings", path, () => renameSync(path, aside));
    const text =
      thrown instanceof SyntaxError
        ? thrown.message
        : "it does not have the structure of a settings file";
    options.notice(
      `The settings file could not be understood (${text}) and was set aside as ${aside}.`,
    );
  }
}

/** What a disk answers on which no folder can be made, as in a container with a read-only file system. */
const refusing: readonly (string | undefined)[] = ["EACCES", "EDQUOT", "ENOSPC", "EPERM", "EROFS"];

/** An existing folder keeps its mode, since others may use it too. Returns why the disk refuses a new one. */
function makeDirectory(
  directory: string,
  { directory: chosen }: StateStoreOptions,
): AppError | undefined {
  const tried = "Making the settings folder";
  try {
    makeFolderNow(directory, { mode: 0o700 });
  } catch (thrown) {
    const failure = settingsError(tried, directory, thrown);
    if (refusing.includes(failure.errno)) return failure;
    throw failure;
  }
  if (chosen === undefined) attempt(tried, directory, () => setMode(directory, 0o700));
  return undefined;
}

/** Read-only file systems reject even a chmod that changes nothing. */
function setMode(path: string, mode: number): void {
  if ((statSync(path).mode & 0o777) !== mode) chmodSync(path, mode);
}

function attempt(tried: string, path: string, work: () => void): void {
  try {
    work();
  } catch (thrown) {
    throw settingsError(tried, path, thrown);
  }
}

/** Only a sign-in or a refresh at a slow service holds the lock for long. */
function heldTooLong(cause: unknown): AppError {
  return new AppError({
    kind: "service",
    tried: "Waiting for the settings, which another cfs holds",
    answered: "it waits for the service and did not end in time",
    advice: "The service may be slow: try again later.",
    cause,
  });
}

const otherFolder = "or set CFS_CONFIG_DIR to another folder.";

function settingsError(tried: string, path: string, cause: unknown): AppError {
  const failure = diskError(cause, `${tried} ${path}`).withFacts({ kind: "disk" });
  if (failure.errno === "EMFILE") return failure;
  const advice =
    failure.reason === "no-space"
      ? `Free some space, ${otherFolder}`
      : `Check that you own the folder and can write to it, ${otherFolder}`;
  return failure.withFacts({ advice });
}
