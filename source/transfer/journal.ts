import { createHash } from "node:crypto";
import fs from "node:fs";
import * as v from "valibot";
import { createRanges, type Ranges, type Span } from "./ranges.ts";

const position = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** Of which object the partial file is. All of it must still be so when it is resumed. */
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

type JournalRecord = v.InferOutput<typeof recordShape>;

/**
 * What of a partial file is on disk: an append-only text beside it, one checked record a line.
 * A `written` claim holds until the machine is started again, since a killed process loses nothing
 * that the system took. The first so many claims that a `synced` record names hold for ever.
 */
export interface Journal {
  /** To be called after the system took the bytes. */
  written(span: Span): void;
  /** How many spans were claimed so far: to be read before the partial file is synced. */
  claims(): number;
  /** To be called after the partial file was synced. */
  synced(claims: number): void;
  close(): void;
}

/** Begins a journal in the place of an earlier one, with what of that is still true: `known`. */
export function createJournal(
  path: string,
  head: JournalHead,
  boot: string,
  known: readonly Span[] = [],
): Journal {
  let claims = 0;
  const fresh = `${path}.new`;
  // What a killed process left, or a link that somebody put there, goes: it is not written to.
  fs.rmSync(fresh, { force: true });
  const fd = fs.openSync(fresh, "wx", 0o600);
  const append = (record: JournalRecord) => fs.writeSync(fd, toLine(record));
  const journal: Journal = {
    written({ first, end }) {
      append({ kind: "written", first, end });
      claims += 1;
    },
    claims: () => claims,
    synced: (covered) => append({ kind: "synced", claims: covered }),
    close: () => fs.closeSync(fd),
  };
  try {
    append({ kind: "head", head });
    append({ kind: "boot", boot });
    for (const span of known) journal.written(span);
    fs.renameSync(fresh, path);
  } catch (thrown) {
    fs.closeSync(fd);
    throw thrown;
  }
  return journal;
}

/** What an earlier run left. */
export interface JournalRead {
  head: JournalHead;
  /** What is surely on disk. */
  done: Ranges;
}

/**
 * Reads a journal up to the first line that is not whole. Undefined: there is none, or it makes no
 * sense. `partBytes` is the length of the partial file; claims beyond it do not count.
 */
export function readJournal(
  path: string,
  boot: string,
  partBytes: number,
): JournalRead | undefined {
  const [first, ...records] = readRecords(path);
  if (first?.kind !== "head") return undefined;
  const { head } = first;
  const claims: { span: Span; boot: string }[] = [];
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

/** Of which object the journal at `path` tells; undefined: there is none, or it makes no sense. */
export function readJournalHead(path: string): JournalHead | undefined {
  const [first] = readRecords(path);
  return first?.kind === "head" ? first.head : undefined;
}

/** A journal of a large file has some hundred kilobytes. */
const mostBytes = 64 * 1024 * 1024;

function readRecords(path: string): JournalRecord[] {
  let text: string;
  try {
    const found = fs.lstatSync(path);
    if (!found.isFile() || found.size > mostBytes) return [];
    text = fs.readFileSync(path, "utf8");
  } catch {
    return [];
  }
  const records: JournalRecord[] = [];
  for (const line of text.split("\n")) {
    const record = fromLine(line);
    if (record === undefined) break;
    records.push(record);
  }
  return records;
}

function checkOf(json: string): string {
  return createHash("sha256").update(json).digest("hex").slice(0, 8);
}

function toLine(record: JournalRecord): string {
  const json = JSON.stringify(record);
  return `${checkOf(json)} ${json}\n`;
}

function fromLine(line: string): JournalRecord | undefined {
  const json = line.slice(9);
  if (line.slice(0, 8) !== checkOf(json)) return undefined;
  try {
    const record = v.safeParse(recordShape, JSON.parse(json));
    return record.success ? record.output : undefined;
  } catch {
    return undefined;
  }
}
