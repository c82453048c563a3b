import type { TransferFile, VerifiedBy } from "../transfer/engine.ts";
import type { StoredObject } from "./object-store.ts";
import type { Metadata } from "./store-headers.ts";

/** What is written beside an object, so that it is recognised. */
export function metadataOf({ fileId, fileSetId, md5 }: TransferFile): Metadata {
  return {
    "cfs-file-id": fileId,
    "cfs-file-set-id": fileSetId,
    ...(md5 === undefined ? {} : { "cfs-md5": md5.toLowerCase() }),
  };
}

/** The ETag of an object in parts is not its MD5, so rclone looks for it in the metadata. */
export function metadataOfParts(file: TransferFile): Metadata {
  const own = metadataOf(file);
  const { md5 } = file;
  return md5 === undefined
    ? own
    : { ...own, md5chksum: Buffer.from(md5, "hex").toString("base64") };
}

/**
 * How an object is known to be this file; undefined if it is another. Files of file sets that are READY never
 * change, so their id stands for their bytes where no checksum is listed.
 */
export function sameObject(
  { bytes, fileId, md5 }: Pick<TransferFile, "bytes" | "fileId" | "md5">,
  object: StoredObject,
): VerifiedBy | undefined {
  if (bytes !== undefined && object.bytes !== bytes) return undefined;
  const { "cfs-file-id": ownId, "cfs-md5": ownMd5 } = object.metadata;
  if (md5 !== undefined) {
    const wanted = md5.toLowerCase();
    return ownMd5 === wanted || object.etag === wanted ? "md5" : undefined;
  }
  return ownId === fileId ? "size" : undefined;
}
