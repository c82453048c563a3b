import assert from "node:assert/strict";
import { canonicalBucket } from "../../../source/domain/content-sets.ts";
import {
  deliveryKind,
  momentInName,
  momentPlace,
  seriesName,
} from "../../../source/domain/deliveries/name.ts";
import {
  commonFolder,
  fileNameKey,
  foldersText,
  localFileName,
  numberedFileName,
} from "../../../source/domain/file-name.ts";
import { matchRanges, parseFilter } from "../../../source/domain/filter-words.ts";
import { naturalOrder } from "../../../source/domain/ordering.ts";
import { sanitize, withoutSequences } from "../../../source/domain/sanitize.ts";
import { assertLocalName, assertSafe } from "../oracle.ts";
import type { Target } from "../target.ts";

/* An input is the name of a file, a file set, a package or a bucket; after a byte 255 it is UTF-16, possibly malformed. */

function textOf(input: Buffer): string {
  return input[0] === 0xff ? input.subarray(1).toString("utf16le") : input.toString("utf8");
}

/** The name of a part file, which no finished file may have. */
const reserved = /\.part(\.(lock|journal|unpacked))?$/i;

/** Checks texts as the validation of names returns them. */
function assertFileNames(text: string): void {
  const name = localFileName(text);
  const numbered = [2, 10, 1_000].map((number) => numberedFileName(name, number));
  for (const own of [name, ...numbered]) {
    assertLocalName(own);
    assert.ok(!reserved.test(own), `${own} is the name of a part file`);
    assert.equal(localFileName(own), own, "a name changes when it is made safe again");
    assert.equal(fileNameKey(fileNameKey(own)), fileNameKey(own));
  }
  assert.equal(new Set(numbered.map(fileNameKey)).size, numbered.length, "two numbers, one name");
}

function assertSanitized(text: string): void {
  const clean = sanitize(text);
  assertSafe(clean, "a sanitized text");
  assert.equal(sanitize(clean), clean, "a text changes when it is sanitized again");
  const local = localFileName(clean);
  assert.equal(sanitize(local), local, "a file name of a sanitized text is not sanitized");
  withoutSequences(text);
}

/** People type filters, so a long filter need not be fast. */
const longestFilter = 60;

/** The forms in which screens show a name. */
function assertReadable(text: string): void {
  const place = momentPlace(text);
  if (place !== undefined)
    assert.ok(place.start >= 0 && place.end > place.start && place.end <= text.length);
  const moment = momentInName(text);
  assert.ok(moment === undefined || Number.isFinite(moment));
  assert.equal(seriesName(text), seriesName(text));
  deliveryKind(text);
  canonicalBucket(text);
  const typed = text.slice(0, longestFilter);
  let last = 0;
  for (const [from, to] of matchRanges(parseFilter(typed), `a ${typed} b`)) {
    assert.ok(from >= last && to >= from && to <= typed.length + 4, "ranges of a filter overlap");
    last = to;
  }
  const parts = text.split("\n");
  commonFolder(parts);
  foldersText(parts);
  const [one = "", other = ""] = parts;
  assert.equal(
    Math.sign(naturalOrder(one, other)),
    -Math.sign(naturalOrder(other, one)) + 0,
    "the order depends on who asks",
  );
}

export const names: Target = {
  name: "names",
  sources: [
    "source/domain/file-name.ts",
    "source/domain/deliveries/name.ts",
    "source/domain/content-sets.ts",
  ],
  seeds: () => [
    "RFT-ESG-PIT-SDI-Init-2026-11-22T03:00:00.csv.gz",
    "Bulk-ESG-Global-Scores-Full-SchemeB-v1.Delta.2026-W01.jsonl",
    "../../etc/passwd",
    "C:\\con.txt\nb2\nb10",
    `${"a".repeat(228)}.part.journal.new`,
    "~fuzzy !not word",
    Buffer.from([0xff, 0x3d, 0xd8, 0x61, 0x00, 0x2e, 0x00]),
  ],
  run(input) {
    const text = textOf(input);
    assertFileNames(sanitize(text));
    assert.ok(!/[\u0000-\u001f/\\]/.test(localFileName(text)), "a name leaves its folder");
    assertSanitized(text);
    assertReadable(text);
  },
};
