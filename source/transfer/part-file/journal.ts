import fs from "node:fs";
import path from "node:path";
import { syncDirectory, syncFile } from "../../files/disk.ts";
import { freshJournal, type JournalHead, type JournalRecord, toLine } from "./journal-records.ts";
import type { ByteSpan } from "./ranges.ts";

/**
 * What of a partial file is on disk: an append-only text beside it, one checked record a line.
 * A `written` claim holds until the machine is started again, since a killed process loses nothing
 * that the system took. The first so many claims that a `synced` record names hold for ever.
 */
export interface Journal {
  /** To be called after the system took the bytes. */
  written(span: ByteSpan): void;
  /** How many spans were claimed so far: to be read before the partial file is synced. */
  claims(): number;
  /** To be called after the partial file was synced. Resolves when the journal is on the medium too. */
  synced(claims: number): Promise<void>;
  /**
   * Where it has become long, begins it anew with the spans that are `synced`, and with all that are
   * `written` when it takes the old one's place. Rejects where the disk refuses: the old one goes on then.
   */
  shorten(synced: readonly ByteSpan[], written: () => readonly ByteSpan[]): Promise<void>;
  close(): void;
}

/** With no more claims a journal is short. */
const mostClaims = 10_000;

/**
 * Begins a journal in the place of an earlier one, with what of that is still true: `known`. The earlier one
 * stays until this one is on the medium, since after a power loss it would be all that tells of those bytes;
 * until then both are read.
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
        // Until the medium has it, the long one is the one to go by.
        await fresh.sync();
        if (isOver) throw new Error("the journal was closed meanwhile");
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

/** Removes a journal for good, before the bytes that it tells of are removed or replaced. */
export async function dropJournal(file: string): Promise<void> {
  const standing = [file, freshJournal(file)].filter((each) => fs.existsSync(each));
  for (const each of standing) await fs.promises.rm(each, { force: true });
  if (standing.length > 0) await syncDirectory(path.dirname(file));
}

/** The lines of a journal that is not there by its name yet. */
function beginLines(file: string, head: JournalHead, boot: string) {
  let claims = 0;
  let hasPlace = false;
  const fresh = freshJournal(file);
  // What a killed process left, or a link that somebody put there, goes: it is not written to.
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
    /** What has not taken its place goes. */
    close() {
      fs.closeSync(fd);
      if (!hasPlace) fs.rmSync(fresh, { force: true });
    },
  };
}
