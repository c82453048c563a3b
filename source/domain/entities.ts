/**
 * What the Client File Store lists, with the service's own field names. Values are sanitized;
 * `--json` prints them as they are, with fields that are unknown here kept.
 * Times are UTC texts such as "2023-11-26T16:18:44Z".
 */

/** A family of data sets; its name is unique without regard to case. */
export interface Bucket {
  name: string;
  attributes?: string[];
  created?: string;
  modified?: string;
}

/** A product within one or several buckets; it carries the entitlement. */
export interface Package {
  packageId: string;
  packageName: string;
  packageType?: string;
  bucketNames: string[];
  contactEmail?: string;
  created?: string;
  modified?: string;
  /** Present when asked for; undefined means that the service did not say. */
  isEntitled?: boolean;
}

interface Attribute {
  name: string;
  value: string;
}

/** READY: complete and never changed again. PENDING: its publisher is still adding files. */
type FileSetStatus = "READY" | "PENDING";

/** One indivisible delivery of a package. `files` stops at 25 ids; `numFiles` tells how many there are. */
export interface FileSet {
  id: string;
  name: string;
  bucketName: string;
  packageId: string;
  attributes: Attribute[];
  files: string[];
  numFiles: number;
  /** Upper-case; a word other than READY and PENDING is kept. */
  status: FileSetStatus | (string & {});
  contentFrom?: string;
  contentTo?: string;
  availableFrom?: string;
  availableTo?: string;
  created?: string;
  modified?: string;
}

/** One file of a file set. Publishers may leave out size and md5. */
export interface StoredFile {
  id: string;
  filename: string;
  filesetId: string;
  fileSizeInBytes?: number;
  /** 32 lower-case hex characters. */
  md5?: string;
  created?: string;
  modified?: string;
  href?: string;
}

/** PENDING while the publisher adds files, READY once the file set is complete. */
export const fileSetStatuses = ["READY", "PENDING"] as const;

/** A listed file, with the fields that a transfer needs. */
export function toTransferFile(file: StoredFile) {
  return {
    fileId: file.id,
    fileSetId: file.filesetId,
    name: file.filename,
    bytes: file.fileSizeInBytes,
    md5: file.md5,
  };
}
