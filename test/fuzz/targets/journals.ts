import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import * as v from "valibot";
import { readJson } from "../../../source/base/json.ts";
import {
  freshJournal,
  type JournalHead,
  readJournal,
  readJournalHead,
  toLine,
} from "../../../source/transfer/part-file/journal.ts";
import { type ByteSpan, createRanges } from "../../../source/transfer/part-file/ranges.ts";
import { joined, textsOf } from "../oracle.ts";
import type { Target } from "../target.ts";

/*
 * An input is the size of the part file, the journal, and the one that was about to replace it. A line that
 * begins with a brace gets a valid checksum, because otherwise the checksum alone would reject every change.
 */

const boot = "this boot";
const head: JournalHead = { version: 1, fileId: "f", bytes: 1_000, etag: '"e"' };

const claimShape = v.object({ kind: v.literal("written"), first: v.number(), end: v.number() });

function withChecksums(text: string): string {
  const lines = text.split("\n").map((line) => (line.startsWith("{") ? checked(line) : line));
  return lines.join("\n");
}

function checked(line: string): string {
  return `${createHash("sha256").update(line).digest("hex").slice(0, 8)} ${line}`;
}

function writeOrRemove(file: string, text: string | undefined): void {
  if (text === undefined) fs.rmSync(file, { force: true });
  else fs.writeFileSync(file, withChecksums(text));
}

/** Every counted byte is claimed by a line. */
function assertClaimed(spans: readonly ByteSpan[], lines: readonly string[]): void {
  const claimed = createRanges();
  for (const line of lines) {
    const claim = readJson(claimShape, line.startsWith("{") ? line : line.slice(9));
    if (claim !== undefined) claimed.add(claim);
  }
  const before = claimed.bytes();
  for (const span of spans) claimed.add(span);
  assert.equal(claimed.bytes(), before, "bytes count that nothing claims");
}

function assertInOrder(spans: readonly ByteSpan[], mostBytes: number): void {
  let at = -1;
  for (const { first, end } of spans) {
    assert.ok(first > at && end > first, "spans overlap, touch or are empty");
    assert.ok(Number.isSafeInteger(first) && end <= mostBytes, "a span ends beyond the file");
    at = end;
  }
}

const lines = (...records: readonly object[]) =>
  records.map((record) => JSON.stringify(record)).join("\n");
const written = (first: number, end: number) => ({ kind: "written", first, end });

export const journals: Target = {
  name: "journals",
  sources: ["source/transfer/part-file/journal.ts"],
  seeds: () => [
    joined(
      "1000",
      lines({ kind: "head", head }, { kind: "boot", boot }, written(0, 100), written(100, 300), {
        kind: "synced",
        claims: 1,
      }),
    ),
    joined(
      "500",
      lines(
        { kind: "head", head },
        { kind: "boot", boot: "another" },
        written(0, 100),
        written(400, 700),
        { kind: "synced", claims: 2 },
        written(50, 60),
      ),
    ),
    joined(
      "900",
      lines({ kind: "head", head }, { kind: "boot", boot }, written(200, 300)),
      lines(
        { kind: "head", head },
        { kind: "boot", boot },
        written(100, 250),
        { kind: "boot", boot: "b" },
        written(0, 1),
      ),
    ),
    joined(
      "1000",
      [{ kind: "head", head } as const, { kind: "boot", boot } as const].map(toLine).join(""),
    ),
  ],
  run(input, folder) {
    const [size = "", standing, fresh] = textsOf(input);
    const file = path.join(folder, "a.part.journal");
    writeOrRemove(file, standing);
    writeOrRemove(freshJournal(file), fresh);
    const partBytes = Number(/^\d{1,15}/.exec(size)?.[0] ?? 0);
    const read = readJournal(file, boot, partBytes);
    readJournalHead(file);
    if (read === undefined) return;
    const spans = [...read.done.spans()];
    assertInOrder(spans, Math.min(partBytes, read.head.bytes));
    assertClaimed(spans, [standing, fresh].join("\n").split("\n"));
    const records = [
      toLine({ kind: "head", head: read.head }),
      toLine({ kind: "boot", boot }),
      ...spans.map((span) => toLine({ kind: "written", ...span })),
    ];
    fs.rmSync(freshJournal(file), { force: true });
    fs.writeFileSync(file, records.join(""));
    const again = readJournal(file, boot, partBytes);
    assert.deepEqual(again?.head, read.head, "another head is read again");
    assert.deepEqual(again?.done.spans(), spans, "other spans are read again");
  },
};
