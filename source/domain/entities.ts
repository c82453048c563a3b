/** Field names are the service's own; values are sanitized; times are UTC: "2023-11-26T16:18:44Z". */

/** Its name is unique without regard to case. */
export interface Bucket {
  name: string;
  attributes?: string[];
  created?: string;
  modified?: string;
}

/** A product in one or more buckets, and the unit of entitlement. */
export interface Package {
  packageId: string;
  packageName: string;
  packageType?: string;
  bucketNames: string[];
  contactEmail?: string;
  created?: string;
  modified?: string;
  /** Undefined if the service did not report it. */
  isEntitled?: boolean;
}

interface Attribute {
  name: string;
  value: string;
}

/** READY: complete and immutable. PENDING: its publisher is still adding files. */
type FileSetStatus = "READY" | "PENDING";

/** One delivery of a package. `files` has at most 25 ids; `numFiles` is the total. */
export interface FileSet {
  id: string;
  name: string;
  bucketName: string;
  packageId: string;
  attributes: Attribute[];
  files: string[];
  numFiles: number;
  /** Upper-case; words other than READY and PENDING are kept. */
  status: FileSetStatus | (string & {});
  contentFrom?: string;
  contentTo?: string;
  availableFrom?: string;
  availableTo?: string;
  created?: string;
  modified?: string;
}

/** Publishers may omit size and md5. */
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

export const fileSetStatuses = ["READY", "PENDING"] as const;

/** The fields that a transfer needs. */
export function toTransferFile(file: StoredFile) {
  return {
    fileId: file.id,
    fileSetId: file.filesetId,
    name: file.filename,
    bytes: file.fileSizeInBytes,
    md5: file.md5,
  };
}
