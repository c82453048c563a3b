import { createHash } from "node:crypto";
import { join } from "node:path";
import * as v from "valibot";
import { readJson } from "../base/json.ts";
import { sanitize } from "../domain/sanitize.ts";
import type { CachedListing, ListingAccount, ListingKey } from "./contract.ts";

/** A header line, so that bucket names can be read without the rest, then one item per line. */

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
  // An infinite one would never be too old.
  listedAtMs: v.pipe(v.number(), v.finite()),
  settled: v.boolean(),
  items: count,
});

export type ListingHeader = v.InferOutput<typeof header>;

/** The identity of a listing; bucket names are case-insensitive. */
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

export function writeListing(key: ListingKey, listing: CachedListing): string {
  const { items, listedAtMs, settled } = listing;
  const first: ListingHeader = { version, key, listedAtMs, settled, items: items.length };
  return `${[first, ...items].map((line) => JSON.stringify(line)).join("\n")}\n`;
}

/** Undefined if the line is invalid or of another version. */
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

/** Undefined if the file is damaged or holds another listing. */
export function readListing(key: ListingKey, text: string): CachedListing | undefined {
  const lines = text.split("\n");
  const first = readHeader(lines[0] ?? "");
  if (!first || keyText(first.key) !== keyText(key)) return undefined;
  // A truncated file has fewer lines than its header announces.
  if (lines.length !== first.items + 2) return undefined;
  try {
    const read = items(key.kind, lines.slice(1, -1));
    return { ...read, listedAtMs: first.listedAtMs, settled: first.settled };
  } catch {
    return undefined;
  }
}

const digest = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 32);

/** The folder of one account; its hashed name reveals neither user nor host. */
export function accountDirectory(directory: string, account: ListingAccount): string {
  return join(directory, digest(`${account.host}\n${account.kind}\n${account.user}`));
}

export function listingName(key: ListingKey): string {
  return `${key.kind}-${digest(keyText(key))}.jsonl`;
}

export function isListingName(name: string, kind?: ListingKey["kind"]): boolean {
  return (
    /^(packages|file-sets|files)-[0-9a-f]{32}\.jsonl$/.test(name) &&
    name.startsWith(`${kind ?? ""}`)
  );
}
