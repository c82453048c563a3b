import type { ZipEntry } from "../files/zip-directory.ts";
import type { ObjectSource } from "../objects/source.ts";

export interface PreviewFile {
  fileId: string;
  /** Decides the format if the content is ambiguous. */
  name: string;
  entry?: ZipEntry;
  /** Opens the entry of a zip that has only one, instead of listing it. */
  opensOnlyEntry?: boolean;
  /** Called whenever bytes arrive. */
  received?(): void;
}

/** Records are JSON objects, csv rows or lines; a zip has entries; empty and binary files have none. */
export type PreviewContent =
  | { format: "jsonl" | "text" | "empty" }
  | { format: "csv"; header: Buffer; delimiter: string }
  /** More than `entries` are counted if the directory is too long to read here. */
  | { format: "zip"; entries: readonly ZipEntry[]; entryCount: number }
  | { format: "binary"; sample: Buffer };

export type PreviewFormat = PreviewContent["format"];

export interface PreviewRecord {
  /** Counts from 1, without the header of a csv. */
  number: number;
  /** Unpacked bytes as in the file, without the line end. */
  raw: Buffer;
  /** True if the record is too long to be read; the preview ends with it. */
  isCut: boolean;
}

export interface PreviewProgress {
  /** Received body bytes, before unpacking. */
  bytesFetched: number;
  /** Bytes of the file, if the object store reported them. */
  objectBytes: number | undefined;
  isOver: boolean;
  /** Why the preview ended before the file, as a sentence. */
  ending?: string;
}

/** The records of a preview, which are read only on demand. */
export interface PreviewRecords {
  /** The zip entry that the records are from. */
  readonly entry?: ZipEntry;
  /**
   * Reads at most `count` records, fewer only at the end or before a failure; calls must not overlap.
   * Rejects with an AppError when reading fails, after returning the records before the failure.
   */
  next(count: number): Promise<PreviewRecord[]>;
  progress(): PreviewProgress;
}

/** The beginning of a remote file. */
export type Preview = PreviewContent & PreviewRecords;

export type PreviewOf<Format extends PreviewFormat> = Extract<Preview, { format: Format }>;

export interface PreviewContext {
  source: ObjectSource;
  /** Milliseconds without a byte after which a request fails. */
  stallTimeoutMs: number;
  /** Milliseconds before the first retry; they double. */
  retryDelayMs?: number;
}
