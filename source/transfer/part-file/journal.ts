import fs from "node:fs";
import path from "node:path";
import { syncDirectory, syncFile } from "../../files/disk.ts";
import { freshJournal, type JournalHead, type JournalRecord, toLine } from "./journal-records.ts";
import type { ByteSpan } from "./ranges.ts";

/**
 * Records which bytes of a part file are on disk, in an append-only text file beside it with one checked
 * record per line. A `written` record holds until the machine restarts, because a killed process loses
 * nothing that the system has accepted. A `synced` record makes all `written` records before its count
 * permanent.
 */
export interface Journal {
  /** Call it after the system has accepted the bytes. */
  written(span: ByteSpan): void;
  /** The number of spans recorded so far; read it before the part file is synced. */
  claims(): number;
  /** Call it after the part file was synced. Resolves when the journal is synced too. */
  synced(claims: number): Promise<void>;
  /**
   * Replaces a long journal with a short one that has the `synced` spans and those `written` by the time of
   * the replacement. Rejects if writing fails; then the long one remains in use.
   */
  shorten(synced: readonly ByteSpan[], written: () => readonly ByteSpan[]): Promise<void>;
  close(): void;
}

/** A journal with more claims is long. */
const mostClaims = 10_000;

/**
 * Begins a journal that replaces an earlier one; `known` spans are still valid. The earlier one is kept until
 * this one is synced, because it may be the only one to survive a power loss; until then both are read.
 */
export function createJournal(
  file: string,
  head: JournalHead,
  boot: string,
  known: readonly ByteSpan[] = [],
): Journal {
  let lines = beginLines(file, head, boot);
  let isOver = false;
  let isNamed = false;
  try {
    for (const span of known) lines.written(span);
    if (known.length === 0) lines.takePlace();
  } catch (thrown) {
    lines.close();
    throw thrown;
  }

  const makeDurable = async () => {
    const { sync, takePlace } = lines;
    await sync();
    if (isOver || isNamed) return;
    takePlace();
    await syncDirectory(path.dirname(file));
    isNamed = true;
  };

  return {
    written: (span) => lines.written(span),
    claims: () => lines.claims(),
    async synced(claims) {
      lines.synced(claims);
      await makeDurable();
    },
    async shorten(synced, written) {
      if (lines.claims() <= mostClaims) return;
      const fresh = beginLines(file, head, boot);
      try {
        for (const span of synced) fresh.written(span);
        fresh.synced(fresh.claims());
        // The long journal is valid until this one is synced.
        await fresh.sync();
        if (isOver) throw new Error("the journal was closed during the write");
        for (const span of written()) fresh.written(span);
        fresh.takePlace();
      } catch (thrown) {
        fresh.close();
        throw thrown;
      }
      const long = lines;
      lines = fresh;
      isNamed = false;
      long.close();
      await makeDurable();
    },
    close() {
      isOver = true;
      lines.close();
    },
  };
}

/** Removes a journal durably; call it before its bytes are removed or replaced. */
export async function dropJournal(file: string): Promise<void> {
  const existing = [file, freshJournal(file)].filter((each) => fs.existsSync(each));
  for (const each of existing) await fs.promises.rm(each, { force: true });
  if (existing.length > 0) await syncDirectory(path.dirname(file));
}

/** Writes the lines of a journal that does not have its final name yet. */
function beginLines(file: string, head: JournalHead, boot: string) {
  let claims = 0;
  let hasPlace = false;
  const fresh = freshJournal(file);
  // A killed process may have left a file with this name, or someone may have made a link.
  fs.rmSync(fresh, { force: true });
  const fd = fs.openSync(fresh, "wx", 0o600);
  const append = (record: JournalRecord) => fs.writeSync(fd, toLine(record));
  try {
    append({ kind: "head", head });
    append({ kind: "boot", boot });
  } catch (thrown) {
    fs.closeSync(fd);
    throw thrown;
  }
  return {
    written({ first, end }: ByteSpan) {
      append({ kind: "written", first, end });
      claims += 1;
    },
    claims: () => claims,
    synced: (covered: number) => append({ kind: "synced", claims: covered }),
    sync: () => syncFile(fd),
    takePlace() {
      if (!hasPlace) fs.renameSync(fresh, file);
      hasPlace = true;
    },
    /** Removes the file if it has not replaced the earlier journal. */
    close() {
      fs.closeSync(fd);
      if (!hasPlace) fs.rmSync(fresh, { force: true });
    },
  };
}
