import { createHash } from "node:crypto";
import * as v from "valibot";

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
export function fromLine(line: string): JournalRecord | undefined {
  const json = line.slice(9);
  if (line.slice(0, 8) !== checkOf(json)) return undefined;
  try {
    const record = v.safeParse(recordShape, JSON.parse(json));
    return record.success ? record.output : undefined;
  } catch {
    return undefined;
  }
}
