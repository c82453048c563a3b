import fs from "node:fs";
import { promisify } from "node:util";
import { closeFile, openFile, syncFile } from "./disk.ts";
import { createJournal, type Journal, type JournalHead, type JournalRead } from "./journal.ts";
import { createRanges, type Ranges } from "./ranges.ts";

const truncateFile: (fd: number, bytes: number) => Promise<void> = promisify(fs.ftruncate);

/** What stands beside the final name while a file is fetched. */
export interface PartPaths {
  part: string;
  journal: string;
  lock: string;
}

/** The names beside the final `path`. */
export function partPathsOf(path: string): PartPaths {
  const part = `${path}.part`;
  return { part, journal: `${part}.journal`, lock: `${part}.lock` };
}

/** A partial file with its journal. */
export interface PartFile {
  fd: number;
  /** What is written. */
  done(): Ranges;
  /** The object is known now: from here on the journal tells what is written. */
  begin(head: JournalHead): void;
  /** The system took these bytes; from time to time they are synced behind the writing. */
  written(first: number, end: number): void;
  /** Everything is worth nothing: it begins empty. */
  reset(): Promise<void>;
  /** Syncs and closes it; what is done is kept for a later run. */
  close(): Promise<void>;
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
  const fd = await openFile(paths.part, fs.constants.O_RDWR | fs.constants.O_CREAT);
  let done = createRanges(left?.done.spans());
  let journal: Journal | undefined;
  let unsyncedBytes = 0;
  let syncedAtMs = performance.now();
  let syncing: Promise<void> | undefined;

  const syncBehind = () => {
    // A sync that fails here fails again at the end, where it is told.
    syncing ??= sync()
      .catch(() => undefined)
      .finally(() => {
        syncing = undefined;
      });
  };

  const sync = async () => {
    const claims = journal?.claims() ?? 0;
    unsyncedBytes = 0;
    syncedAtMs = performance.now();
    await syncFile(fd);
    journal?.synced(claims);
  };

  const part: PartFile = {
    fd,
    done: () => done,
    begin(head) {
      journal?.close();
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
    async reset() {
      await syncing;
      journal?.close();
      journal = undefined;
      done = createRanges();
      await truncateFile(fd, 0);
    },
    async close() {
      await syncing;
      try {
        if (done.bytes() > 0) await sync();
      } finally {
        journal?.close();
        await closeFile(fd);
      }
    },
  };
  if (left === undefined) await truncateFile(fd, 0);
  return part;
}
