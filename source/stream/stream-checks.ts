import { AppError } from "../base/errors.ts";
import { packingOf } from "../files/format-detection.ts";
import { listZip, type ZipListing } from "../files/zip-directory.ts";
import { corruptError } from "../objects/recovery.ts";
import type { TransferFile } from "../transfer/engine.ts";
import {
  type Check,
  type CheckName,
  createCheck,
  createGzipCheck,
  isNamelessGzip,
  selectChecks,
  type TakeUnpacked,
} from "../transfer/verify/checks.ts";
import type { OrderedObject } from "./ordered-object.ts";
import { createZipStreamCheck } from "./zip-stream-check.ts";

/** A check of bytes that pass in order. */
export interface StreamCheck {
  name: CheckName;
  check: Check;
}

/** A longer directory is not held in memory, so its entries are not verified. */
const mostDirectoryBytes = 16 * 1024 * 1024;

/**
 * The checks of a download for a file that begins with `head`. What the file contains is given to `take`, if
 * there is one. Rejects with an AppError if it cannot be unpacked.
 */
export async function openStreamChecks(
  object: OrderedObject,
  file: TransferFile,
  head: Buffer,
  { recordsSha256, take }: { recordsSha256: boolean; take: TakeUnpacked | undefined },
): Promise<StreamCheck[]> {
  const names = new Set(selectChecks(file, recordsSha256));
  if (file.md5 === undefined && isNamelessGzip(file.name, head)) names.add("gzip");
  const packing = packingOf(head);
  if (take !== undefined && packing !== "plain") names.add(packing);
  const checks: StreamCheck[] = [];
  for (const name of names) {
    const check = await openCheck(name, object, file, packing === name ? take : undefined);
    if (check !== undefined) checks.push({ name, check });
  }
  return checks;
}

/** Undefined if the check is not possible. */
async function openCheck(
  name: CheckName,
  object: OrderedObject,
  file: TransferFile,
  take: TakeUnpacked | undefined,
): Promise<Check | undefined> {
  if (name === "gzip") return createGzipCheck(take);
  if (name !== "zip") return createCheck(name);
  const listing = await readListing(object);
  if (take !== undefined) refuseSeveral(file, listing);
  if (typeof listing === "string") return createDamage(listing);
  if (listing === undefined || listing.entries.length < listing.count) return undefined;
  return createZipStreamCheck(file.name, listing.entries, take);
}

/** The directory of a zip file, or its damage; undefined if only the whole object can be requested. */
async function readListing(object: OrderedObject): Promise<ZipListing | string | undefined> {
  const { bytes, hasRanges } = object;
  if (!hasRanges || bytes === undefined) return undefined;
  const read = async (first: number, count: number) => {
    const pieces: Buffer[] = [];
    for await (const piece of object.read(first, first + count)) pieces.push(Buffer.from(piece));
    return Buffer.concat(pieces);
  };
  return listZip(read, bytes, mostDirectoryBytes);
}

function createDamage(words: string): Check {
  return { update: () => undefined, end: async () => words, drop: () => undefined };
}

const mostShown = 5;

/** Throws an AppError unless the zip file has one entry. */
function refuseSeveral({ name }: TransferFile, listing: ZipListing | string | undefined) {
  if (typeof listing === "string") throw corruptError(name, listing);
  const tried = `Unpacking ${name}`;
  if (listing === undefined) {
    throw new AppError({
      kind: "service",
      tried,
      answered:
        "the list of its entries is at its end, and the server sends files only from the start",
      advice: "Download the file to unpack it.",
    });
  }
  const files = listing.entries.filter((entry) => !entry.name.endsWith("/"));
  if (files.length === 1 && listing.entries.length === listing.count) return;
  const shown = files.slice(0, mostShown).map((entry) => entry.name);
  const more = listing.count > shown.length ? ", …" : "";
  throw new AppError({
    kind: "usage",
    tried,
    answered:
      files.length === 0
        ? "it has no entries"
        : `it has several entries: ${shown.join(", ")}${more}`,
    advice: "Download the file to unpack it.",
  });
}
