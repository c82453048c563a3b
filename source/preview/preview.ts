import type { ZipEntry } from "../files/zip-directory.ts";
import type { ObjectSource } from "../objects/source.ts";

/** What is previewed: a file, or one entry of a file that is a zip. */
export interface PreviewFile {
  fileId: string;
  /** Tells the format where the content leaves it open. */
  name: string;
  entry?: ZipEntry;
}

/** What a file's records are: JSON objects, rows below a header, lines; a zip has entries; empty and binary files have none. */
export type PreviewFormat = "jsonl" | "csv" | "text" | "zip" | "binary" | "empty";

export interface PreviewRecord {
  /** From 1 on; a csv's header does not count. */
  number: number;
  /** The record's bytes as they are in the file, unpacked, without its line end. */
  raw: Buffer;
  /** True: it is longer than is read of one record, and the preview ends with it. */
  isCut: boolean;
}

export interface PreviewProgress {
  /** Body bytes that were received, packed as they are. */
  bytesFetched: number;
  /** Size of the file, where the object store told it. */
  objectBytes: number | undefined;
  isOver: boolean;
  /** Why the preview is over before the file is, as a sentence. */
  ending?: string;
}

/** The beginning of a remote file; it reads on only when records are asked for. */
export interface Preview {
  readonly format: PreviewFormat;
  readonly header?: Buffer;
  /** What separates the fields of a csv. */
  readonly delimiter?: string;
  readonly entries?: readonly ZipEntry[];
  /** How many entries a zip has; more than `entries` where its directory is too long to be read here. */
  readonly entryCount?: number;
  readonly sample?: Buffer;
  /**
   * The next records, at most `count`: fewer only where the preview is over. Calls must not overlap.
   * Rejects with an AppError when reading fails; what was read before it is given first.
   */
  next(count: number): Promise<PreviewRecord[]>;
  progress(): PreviewProgress;
}

export interface PreviewContext {
  source: ObjectSource;
  /** Milliseconds without a byte after which a request is given up. */
  stallTimeoutMs: number;
  /** Before the second try of a request that failed in passing, in milliseconds; it doubles. */
  retryDelayMs?: number;
}
