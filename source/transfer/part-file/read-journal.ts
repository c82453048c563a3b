import fs from "node:fs";
import { fromLine, type JournalHead, type JournalRecord } from "./journal-records.ts";
import { createRanges, type Ranges, type Span } from "./ranges.ts";

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
