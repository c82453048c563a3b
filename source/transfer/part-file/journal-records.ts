import { createHash } from "node:crypto";
import fs from "node:fs";
import * as v from "valibot";
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
  if (line.slice(0, 8) !== checkOf(json)) return undefined;
  try {
    const record = v.safeParse(recordShape, JSON.parse(json));
    return record.success ? record.output : undefined;
  } catch {
    return undefined;
  }
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
