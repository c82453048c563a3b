import { createHash } from "node:crypto";
import { join } from "node:path";
import * as v from "valibot";
import { readJson } from "../base/json.ts";
import { sanitize } from "../domain/sanitize.ts";
import type { KeptListing, ListingAccount, ListingKey } from "./contract.ts";

/*
 * A listing on disk: a header in the first line, so that a reader of names need not read more, then one
 * item a line.
 */

const version = 1;

const text = v.pipe(v.string(), v.transform(sanitize));
const maybeText = v.optional(text);
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const packageItem = v.object({
  packageId: text,
  packageName: text,
  packageType: maybeText,
  bucketNames: v.array(text),
  contactEmail: maybeText,
  created: maybeText,
  modified: maybeText,
  isEntitled: v.optional(v.boolean()),
});

const fileSetItem = v.object({
  id: text,
  name: text,
  bucketName: text,
  packageId: text,
  attributes: v.array(v.object({ name: text, value: text })),
  files: v.array(text),
  numFiles: count,
  status: text,
  contentFrom: maybeText,
  contentTo: maybeText,
  availableFrom: maybeText,
  availableTo: maybeText,
  created: maybeText,
  modified: maybeText,
});

const fileItem = v.object({
  id: text,
  filename: text,
  filesetId: text,
  fileSizeInBytes: v.optional(count),
  md5: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/))),
  created: maybeText,
  modified: maybeText,
});

const header = v.object({
  version: v.literal(version),
  key: v.variant("kind", [
    v.object({ kind: v.literal("packages"), bucket: text }),
    v.object({ kind: v.literal("file-sets"), bucket: text, packageId: text }),
    v.object({ kind: v.literal("files"), fileSetId: text }),
  ]),
  listedAtMs: v.number(),
  settled: v.boolean(),
  items: count,
});

export type ListingHeader = v.InferOutput<typeof header>;

/** What tells two listings apart; buckets without regard to case. */
export function keyText(key: ListingKey): string {
  switch (key.kind) {
    case "packages":
      return `packages ${key.bucket.toLowerCase()}`;
    case "file-sets":
      return `file-sets ${key.bucket.toLowerCase()} ${key.packageId}`;
    case "files":
      return `files ${key.fileSetId}`;
  }
}

/** The text of a listing's file. */
export function writeListing(key: ListingKey, listing: KeptListing): string {
  const { items, listedAtMs, settled } = listing;
  const first: ListingHeader = { version, key, listedAtMs, settled, items: items.length };
  return `${[first, ...items].map((line) => JSON.stringify(line)).join("\n")}\n`;
}

/** The first line of a listing's file; undefined where it is not one, or of another version. */
export function readHeader(line: string): ListingHeader | undefined {
  return readJson(header, line);
}

function items(kind: ListingKey["kind"], lines: readonly string[]) {
  const values = lines.map((line): unknown => JSON.parse(line));
  switch (kind) {
    case "packages":
      return { kind, items: v.parse(v.array(packageItem), values) };
    case "file-sets":
      return { kind, items: v.parse(v.array(fileSetItem), values) };
    case "files":
      return { kind, items: v.parse(v.array(fileItem), values) };
  }
}

/** The listing of `key` in a file's text; undefined where the file is damaged or has another listing. */
export function readListing(key: ListingKey, text: string): KeptListing | undefined {
  const lines = text.split("\n");
  const first = readHeader(lines[0] ?? "");
  if (!first || keyText(first.key) !== keyText(key)) return undefined;
  // A file that was cut has fewer lines than its header says.
  if (lines.length !== first.items + 2) return undefined;
  try {
    const read = items(key.kind, lines.slice(1, -1));
    return { ...read, listedAtMs: first.listedAtMs, settled: first.settled };
  } catch {
    return undefined;
  }
}

const digest = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 32);

/** The folder of one account within it; its name tells neither user nor host. */
export function accountDirectory(directory: string, account: ListingAccount): string {
  return join(directory, digest(`${account.host}\n${account.kind}\n${account.user}`));
}

/** The file of one listing within the account's folder. */
export function listingName(key: ListingKey): string {
  return `${key.kind}-${digest(keyText(key))}.jsonl`;
}

/** True for the names that `listingName` gives, of that kind or of any. */
export function isListingName(name: string, kind?: ListingKey["kind"]): boolean {
  return (
    /^(packages|file-sets|files)-[0-9a-f]{32}\.jsonl$/.test(name) &&
    name.startsWith(`${kind ?? ""}`)
  );
}
