import fs from "node:fs";
import { promisify } from "node:util";
import { closeFile, openOwnFile, syncFile } from "../../files/disk.ts";
import { besideLock } from "../../files/lock.ts";
import { createDiskWriter, type Write } from "./disk-writer.ts";
import {
  createJournal,
  dropJournal,
  freshJournal,
  type Journal,
  type JournalHead,
  type JournalRead,
} from "./journal.ts";
import { createRanges, type Ranges } from "./ranges.ts";

const truncateFile: (fd: number, bytes: number) => Promise<void> = promisify(fs.ftruncate);

/** The files beside the final name while a file is fetched. */
export interface PartPaths {
  part: string;
  journal: string;
  lock: string;
}

export function partPathsOf(path: string): PartPaths {
  const part = `${path}.part`;
  return { part, journal: `${part}.journal`, lock: `${part}.lock` };
}

/** The files that an earlier process may have left beside a final name, except for the part file. */
export function leftBeside({ journal, lock }: PartPaths): string[] {
  return [journal, freshJournal(journal), lock, ...besideLock(lock)];
}

/** Removes a part file and its journal, but not its lock. */
export async function removePart({ part, journal }: PartPaths): Promise<void> {
  await dropJournal(journal);
  await fs.promises.rm(part, { force: true });
}

/** A part file with its journal. */
export interface PartFile {
  /** Only writes; `written` records it. */
  write: Write;
  done(): Ranges;
  /** Call it when the object is known; from then on the journal records written bytes. */
  begin(head: JournalHead): void;
  /** Call it when the system has accepted these bytes; they are synced in the background at intervals. */
  written(first: number, end: number): void;
  /** False after a failed sync, because the system reports lost bytes only once and does not say which. */
  isSound(): boolean;
  /** Discards everything. */
  reset(): Promise<void>;
  /**
   * Syncs and closes the file, which a later run may resume. With `isWhole` it is renamed next, so its journal
   * is not synced again. A second call waits for the first.
   */
  close(isWhole?: boolean): Promise<void>;
}

/** Syncs after this many bytes, so that the disk keeps up and the last sync is short. */
const syncEveryBytes = 32 * 1024 * 1024;
const syncEveryMs = 5_000;

/** Opens the part file with the bytes of an earlier run. */
export async function openPartFile(
  paths: PartPaths,
  boot: string,
  left: JournalRead | undefined,
): Promise<PartFile> {
  const fd = await openOwnFile(paths.part, fs.constants.O_RDWR | fs.constants.O_CREAT);
  let done = createRanges(left?.done.spans());
  let journal: Journal | undefined;
  let unsyncedBytes = 0;
  let syncedAtMs = performance.now();
  let syncing: Promise<void> | undefined;
  let closing: Promise<void> | undefined;
  let syncFailure: { thrown: unknown } | undefined;

  const syncBehind = () => {
    // A sync that fails here is reported at the end.
    syncing ??= sync()
      .catch(() => undefined)
      .finally(() => {
        syncing = undefined;
      });
  };

  const sync = async (isWhole = false) => {
    const current = isWhole ? undefined : journal;
    const claims = current?.claims() ?? 0;
    const synced = [...done.spans()];
    unsyncedBytes = 0;
    syncedAtMs = performance.now();
    try {
      await syncFile(fd);
    } catch (thrown) {
      syncFailure ??= { thrown };
    }
    if (syncFailure !== undefined) throw syncFailure.thrown;
    if (current === undefined || current !== journal) return;
    await current.synced(claims);
    // A long journal still works; it only takes longer to read.
    await current.shorten(synced, () => done.spans()).catch(() => undefined);
  };

  /** Closes the journal only once, because the system soon reuses the descriptor. */
  const endJournal = () => {
    const ended = journal;
    journal = undefined;
    ended?.close();
  };

  const close = async (isWhole: boolean) => {
    await syncing;
    try {
      if (done.bytes() > 0) await sync(isWhole);
    } finally {
      try {
        endJournal();
      } finally {
        await closeFile(fd);
      }
    }
  };

  const part: PartFile = {
    write: createDiskWriter(fd),
    done: () => done,
    begin(head) {
      endJournal();
      journal = createJournal(paths.journal, head, boot, done.spans());
      if (done.bytes() > 0) syncBehind();
    },
    written(first, end) {
      done.add({ first, end });
      journal?.written({ first, end });
      unsyncedBytes += end - first;
      const isLate = performance.now() - syncedAtMs > syncEveryMs;
      if (unsyncedBytes >= syncEveryBytes || isLate) syncBehind();
    },
    isSound: () => syncFailure === undefined,
    async reset() {
      await syncing;
      endJournal();
      done = createRanges();
      await empty();
    },
    close(isWhole = false) {
      closing ??= close(isWhole);
      return closing;
    },
  };
  if (left === undefined) {
    await empty().catch(async (thrown) => {
      await closeFile(fd).catch(() => undefined);
      throw thrown;
    });
  }
  return part;

  /** Drops the journal first, so that it never describes other bytes. */
  async function empty(): Promise<void> {
    await dropJournal(paths.journal);
    await truncateFile(fd, 0);
  }
}
