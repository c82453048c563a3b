import fs from "node:fs";
import { syncFile } from "../../files/disk.ts";
import { type JournalHead, type JournalRecord, toLine } from "./journal-records.ts";
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
  /** To be called after the partial file was synced. */
  synced(claims: number): void;
  /**
   * Where it has become long, begins it anew with the spans that are `synced`, and with all that are
   * `written` when it takes the old one's place. Rejects where the disk refuses: the old one goes on then.
   */
  shorten(synced: readonly ByteSpan[], written: () => readonly ByteSpan[]): Promise<void>;
  close(): void;
}

/** With no more claims a journal is short. */
const mostClaims = 10_000;

/** Begins a journal in the place of an earlier one, with what of that is still true: `known`. */
export function createJournal(
  path: string,
  head: JournalHead,
  boot: string,
  known: readonly ByteSpan[] = [],
): Journal {
  let lines = beginLines(path, head, boot);
  let isOver = false;
  try {
    for (const span of known) lines.written(span);
    lines.takePlace();
  } catch (thrown) {
    lines.close();
    throw thrown;
  }
  return {
    written: (span) => lines.written(span),
    claims: () => lines.claims(),
    synced: (claims) => lines.synced(claims),
    async shorten(synced, written) {
      if (lines.claims() <= mostClaims) return;
      const fresh = beginLines(path, head, boot);
      try {
        for (const span of synced) fresh.written(span);
        fresh.synced(fresh.claims());
        // Until the medium has it, the long one is the one to go by.
        await fresh.sync();
        if (isOver) throw new Error("the journal was closed meanwhile");
        for (const span of written()) fresh.written(span);
        fresh.takePlace();
      } catch (thrown) {
        fresh.drop();
        throw thrown;
      }
      const long = lines;
      lines = fresh;
      long.close();
    },
    close() {
      isOver = true;
      lines.close();
    },
  };
}

/** The lines of a journal that is not there by its name yet. */
function beginLines(path: string, head: JournalHead, boot: string) {
  let claims = 0;
  const fresh = `${path}.new`;
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
    takePlace: () => fs.renameSync(fresh, path),
    close: () => fs.closeSync(fd),
    drop() {
      fs.closeSync(fd);
      fs.rmSync(fresh, { force: true });
    },
  };
}
