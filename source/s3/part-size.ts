import { createHash } from "node:crypto";
import type { TransferFile } from "../transfer/engine.ts";
import type { StoredPart } from "./uploads.ts";

const megabyte = 1024 * 1024;

/** Larger files are uploaded in parts. */
export const leastPartBytes = 8 * megabyte;

/** Stores take 10,000 parts. */
const mostParts = 9_000;

/** For 9,000 parts of what may be half a terabyte. */
const partBytesOfUnknown = 64 * megabyte;

const marks = megabyte;

/**
 * How long each part of a file is, the last one excepted. The length marks the file among others with the
 * same key: a store lists parts with their sizes, but not with the metadata of their upload.
 */
export function partBytesOf({ bytes, fileId, md5 = "" }: TransferFile): number {
  const identity = createHash("sha256")
    .update(`${fileId}\n${md5}\n${bytes ?? ""}`)
    .digest();
  return baseBytesOf(bytes) + (identity.readUInt32BE(0) % marks);
}

function baseBytesOf(bytes: number | undefined): number {
  if (bytes === undefined) return partBytesOfUnknown;
  return Math.max(leastPartBytes, Math.ceil(bytes / mostParts / megabyte) * megabyte);
}

/** True if these parts are those of an upload of the file. */
export function arePartsOf(file: TransferFile, parts: readonly StoredPart[]): boolean {
  const partBytes = partBytesOf(file);
  const lastOf = ({ number }: StoredPart) => (file.bytes ?? 0) - (number - 1) * partBytes;
  const isLast = (part: StoredPart) => part.bytes < partBytes && part.bytes === lastOf(part);
  const isWhole = ({ bytes }: StoredPart) => bytes === partBytes;
  return parts.some(isWhole) && parts.every((part) => isWhole(part) || isLast(part));
}
