import { chmodSync, existsSync, renameSync, statSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { AppError, isAbort } from "../base/errors.ts";
import { makeFolderNow } from "../files/make-folder.ts";
import {
  isDamagedState,
  readState,
  type SavedState,
  settingsDirectory,
  statePath,
} from "./state-schema.ts";
import type { LockWaiting } from "./state-writer.ts";

/** The conf file, for as long as its lock is held. */
export interface Transaction {
  read(): SavedState;
  /** Replaces the file atomically, readable by its owner alone. Throws an AppError of kind disk. */
  write(state: SavedState): void;
  /**
   * Why there is no lock, where the disk refuses it for good: then nothing is written, and no session is
   * read, since another process might spend it too.
   */
  refusal?: AppError;
}

/** The one conf file of settings and refresh tokens. */
export interface StateStore {
  path: string;
  /** What stands in the file now, other processes' changes included. */
  read(): SavedState;
  /**
   * Runs `work` while no other process of this program can read-and-write the file. Rejects with an AppError
   * of kind service where another one, which waits for the service, holds it for too long.
   */
  exclusive<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    waiting?: LockWaiting,
  ): Promise<Result>;
  /** Tells why something is not kept: once, however much that concerns. */
  noticeOnce(text: string): void;
}

export interface StateStoreOptions {
  /** Folder of the conf file; undefined: the platform's folder for settings. */
  directory: string | undefined;
  /** Told when a damaged file was set aside, and why something is not kept. */
  notice: (text: string) => void;
  now?: () => number;
}

/**
 * Opens the conf file; makes its folder (0700). A file that cannot be understood is set aside
 * under another name, with a notice. Throws an AppError of kind disk where the folder is refused.
 */
export function openStateStore(options: StateStoreOptions): StateStore {
  const directory = makeDirectory(options.directory);
  const path = statePath(directory);
  if (existsSync(path)) attempt("Closing the settings to others", path, () => setMode(path, 0o600));
  setAsideDamaged(path, options);
  const read = () => readState(path);
  let isTold = false;
  return {
    path,
    read,
    noticeOnce(text) {
      if (!isTold) options.notice(text);
      isTold = true;
    },
    async exclusive(work, waiting = {}) {
      // What reading does not need is loaded when something is to be written.
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
          // A refresh token that is lost cannot be asked for again; all else is worth no sync.
          const isDurable = !isDeepStrictEqual(read().sessions, state.sessions);
          writeConf(directory, JSON.parse(JSON.stringify(state)), isDurable);
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
    readState(path);
  } catch (thrown) {
    if (!isDamagedState(thrown)) throw settingsError("Reading the settings", path, thrown);
    const aside = `${path}.damaged-${options.now?.() ?? Date.now()}`;
    attempt("Setting aside the damaged settings", path, () => renameSync(path, aside));
    const text = thrown instanceof SyntaxError ? thrown.message : "its parts are not of their form";
    options.notice(
      `The settings file could not be understood (${text}) and was set aside as ${aside}.`,
    );
  }
}

/** A folder that stood already keeps its rights: it may be one that others use too. */
function makeDirectory(chosen: string | undefined): string {
  const directory = settingsDirectory(chosen);
  attempt("Making the settings folder", directory, () => {
    makeFolderNow(directory, { mode: 0o700 });
    if (chosen === undefined) setMode(directory, 0o700);
  });
  return directory;
}

/** A file system that cannot be written refuses what changes nothing too. */
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

/** A lock is held for long by one kind of work: a sign-in or renewal at a service that is slow to answer. */
function heldTooLong(cause: unknown): AppError {
  return new AppError({
    kind: "service",
    tried: "Waiting for the settings, which another cfs holds",
    answered: "it waits for the service and did not end in time",
    advice: "The service may be slow: try again later.",
    cause,
  });
}

function settingsError(tried: string, path: string, cause: unknown): AppError {
  return new AppError({
    kind: "disk",
    tried: `${tried} ${path}`.trim(),
    answered: cause instanceof Error ? cause.message : String(cause),
    advice: "See that the folder is yours and writable, or set CFS_CONFIG_DIR to one that is.",
    cause,
  });
}
