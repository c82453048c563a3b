import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import * as v from "valibot";
import { readJson } from "../../base/json.ts";
import { syncDirectory, syncFile } from "../../files/disk.ts";
import { type ByteSpan, createRanges, type Ranges } from "./ranges.ts";

const position = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** Identifies the object of a part file; a resumed download must match all of it. */
const headShape = v.object({
  version: v.literal(1),
  fileId: v.string(),
  bytes: position,
  etag: v.optional(v.string()),
  md5: v.optional(v.string()),
});

export type JournalHead = v.InferOutput<typeof headShape>;

const recordShape = v.variant("kind", [
  v.object({ kind: v.literal("head"), head: headShape }),
  v.object({ kind: v.literal("boot"), boot: v.string() }),
  v.object({ kind: v.literal("written"), first: position, end: position }),
  v.object({ kind: v.literal("synced"), claims: position }),
]);

export type JournalRecord = v.InferOutput<typeof recordShape>;

function checkOf(json: string): string {
  return createHash("sha256").update(json).digest("hex").slice(0, 8);
}

/** A line with a check of its own completeness. */
export function toLine(record: JournalRecord): string {
  const json = JSON.stringify(record);
  return `${checkOf(json)} ${json}\n`;
}

/** Parses a line without its line break; undefined if it is incomplete. */
function fromLine(line: string): JournalRecord | undefined {
  const json = line.slice(9);
  return line.slice(0, 8) === checkOf(json) ? readJson(recordShape, json) : undefined;
}

export interface JournalRead {
  head: JournalHead;
  /** The bytes that are certainly on disk. */
  done: Ranges;
}

/** The path of the new journal that will replace the one at `path`. */
export function freshJournal(path: string): string {
  return `${path}.new`;
}

/**
 * Reads a journal up to its first incomplete line, and the new journal that was about to replace it.
 * Undefined if none exists or is valid. `partBytes` is the length of the part file; claims beyond it do not
 * count.
 */
export function readJournal(
  path: string,
  boot: string,
  partBytes: number,
): JournalRead | undefined {
  const existing = readOne(path, boot, partBytes);
  const fresh = readOne(freshJournal(path), boot, partBytes);
  if (existing === undefined || fresh === undefined) return existing ?? fresh;
  if (JSON.stringify(existing.head) !== JSON.stringify(fresh.head)) return existing;
  const done = createRanges([...existing.done.spans(), ...fresh.done.spans()]);
  return { head: existing.head, done };
}

function readOne(path: string, boot: string, partBytes: number): JournalRead | undefined {
  const [first, ...records] = readRecords(path);
  if (first?.kind !== "head") return undefined;
  const { head } = first;
  const claims: { span: ByteSpan; boot: string }[] = [];
  let writtenIn = "";
  let synced = 0;
  for (const record of records) {
    if (record.kind === "head") return undefined;
    if (record.kind === "boot") writtenIn = record.boot;
    if (record.kind === "synced") synced = Math.max(synced, record.claims);
    if (record.kind === "written") {
      if (record.end > head.bytes || record.first > record.end) return undefined;
      claims.push({ span: { first: record.first, end: record.end }, boot: writtenIn });
    }
  }
  const held = claims.filter(
    (claim, index) => (index < synced || claim.boot === boot) && claim.span.end <= partBytes,
  );
  return { head, done: createRanges(held.map(({ span }) => span)) };
}

/** The object of the journal at `path`; undefined if none exists or it is invalid. */
export function readJournalHead(path: string): JournalHead | undefined {
  const [first] = readRecords(path);
  return first?.kind === "head" ? first.head : undefined;
}

/** A journal of a large file has a few hundred kilobytes. */
const mostBytes = 64 * 1024 * 1024;

function* readRecords(path: string): Generator<JournalRecord> {
  let text: string;
  try {
    const found = fs.lstatSync(path);
    if (!found.isFile() || found.size > mostBytes) return;
    text = fs.readFileSync(path, "utf8");
  } catch {
    return;
  }
  for (const line of text.split("\n")) {
    const record = fromLine(line);
    if (record === undefined) return;
    yield record;
  }
}

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
