import { createHash } from "node:crypto";
import fs from "node:fs";
import * as v from "valibot";
import { type ByteSpan, createRanges, type Ranges } from "./ranges.ts";

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

export type JournalRecord = v.InferOutput<typeof recordShape>;

function checkOf(json: string): string {
  return createHash("sha256").update(json).digest("hex").slice(0, 8);
}

/** A line that tells by itself whether it is whole. */
export function toLine(record: JournalRecord): string {
  const json = JSON.stringify(record);
  return `${checkOf(json)} ${json}\n`;
}

/** The record of a line without its end; undefined where the line is not whole. */
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
  /** What is surely on disk. */
  done: Ranges;
}

/** Where a journal is written that is to take the place of the one at `path`. */
export function freshJournal(path: string): string {
  return `${path}.new`;
}

/**
 * Reads a journal up to the first line that is not whole, and the one that was about to take its place.
 * Undefined: there is none, or it makes no sense. `partBytes` is the length of the partial file; claims
 * beyond it do not count.
 */
export function readJournal(
  path: string,
  boot: string,
  partBytes: number,
): JournalRead | undefined {
  const standing = readOne(path, boot, partBytes);
  const fresh = readOne(freshJournal(path), boot, partBytes);
  if (standing === undefined || fresh === undefined) return standing ?? fresh;
  if (JSON.stringify(standing.head) !== JSON.stringify(fresh.head)) return standing;
  const done = createRanges([...standing.done.spans(), ...fresh.done.spans()]);
  return { head: standing.head, done };
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

/** Of which object the journal at `path` tells; undefined: there is none, or it makes no sense. */
export function readJournalHead(path: string): JournalHead | undefined {
  const [first] = readRecords(path);
  return first?.kind === "head" ? first.head : undefined;
}

/** A journal of a large file has some hundred kilobytes. */
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
