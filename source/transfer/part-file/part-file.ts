import fs from "node:fs";
import { promisify } from "node:util";
import { closeFile, openOwnFile, syncFile } from "../../files/disk.ts";
import { createDiskWriter, type Write } from "./disk-writer.ts";
import { createJournal, dropJournal, type Journal } from "./journal.ts";
import type { JournalHead, JournalRead } from "./journal-records.ts";
import { createRanges, type Ranges } from "./ranges.ts";

const truncateFile: (fd: number, bytes: number) => Promise<void> = promisify(fs.ftruncate);

/** What stands beside the final name while a file is fetched. */
export interface PartPaths {
  part: string;
  journal: string;
  lock: string;
}

export function partPathsOf(path: string): PartPaths {
  const part = `${path}.part`;
  return { part, journal: `${part}.journal`, lock: `${part}.lock` };
}

/** Removes a part file and what stands beside it, but for its lock. */
export async function removePart({ part, journal }: PartPaths): Promise<void> {
  await dropJournal(journal);
  await fs.promises.rm(part, { force: true });
}

/** A part file with its journal. */
export interface PartFile {
  /** Writes, but remembers nothing of it. */
  write: Write;
  done(): Ranges;
  /** The object is known now: from here on the journal tells what is written. */
  begin(head: JournalHead): void;
  /** The system took these bytes; from time to time they are synced behind the writing. */
  written(first: number, end: number): void;
  /** False once a sync failed: the system reports lost bytes only once, and not which they are. */
  isSound(): boolean;
  /** Everything is worth nothing: it begins empty. */
  reset(): Promise<void>;
  /**
   * Syncs and closes it; what is done is kept for a later run. With `isWhole` it gets its final name next, and
   * its journal is not synced once more. A second call waits for the first.
   */
  close(isWhole?: boolean): Promise<void>;
}

/** So many bytes are written between two syncs: the disk works along, and the last sync is short. */
const syncEveryBytes = 32 * 1024 * 1024;
const syncEveryMs = 5_000;

/** Opens the partial file, with what an earlier run left in it. */
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
    const told = isWhole ? undefined : journal;
    const claims = told?.claims() ?? 0;
    const synced = [...done.spans()];
    unsyncedBytes = 0;
    syncedAtMs = performance.now();
    try {
      await syncFile(fd);
    } catch (thrown) {
      syncFailure ??= { thrown };
    }
    if (syncFailure !== undefined) throw syncFailure.thrown;
    if (told === undefined || told !== journal) return;
    await told.synced(claims);
    // One that stays long is no loss but the time to read it.
    await told.shorten(synced, () => done.spans()).catch(() => undefined);
  };

  /** Once only: the system soon gives the number of a closed file to another. */
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

  /** Whatever comes instead, no journal must take it for the bytes that were there. */
  async function empty(): Promise<void> {
    await dropJournal(paths.journal);
    await truncateFile(fd, 0);
  }
}
