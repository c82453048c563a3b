import type { AppError } from "../../base/errors.ts";
import type { StoredFile } from "../../domain/entities.ts";
import type { ZipEntry } from "../../files/zip-directory.ts";
import type { PreviewFormat } from "../../preview/preview.ts";
import type { ListView } from "./list-view.ts";

/** A column of a preview; it grows with what comes in. */
export interface PreviewColumn {
  name: string;
  /** Cells that it gets: those of its widest text, within bounds. */
  width: number;
  /** Cells of its widest text. */
  widest: number;
  /** True while all that came in it are numbers. */
  isNumeric: boolean;
}

/** One record, ready for the screen but for its details. */
export interface PreviewRow {
  /** From 1 on; its id in the list. */
  number: number;
  /** By the columns; short where the record has fewer fields. Sanitized. */
  cells: readonly string[];
  text: string;
  isCut: boolean;
  /** What a row of a zip's listing leads to. */
  entry?: ZipEntry;
}

/** What was read of the beginning of a file, and how it is looked at. */
export interface ReadyPreview {
  phase: "ready";
  /** Of a file set its first file. */
  file: StoredFile;
  format: PreviewFormat;
  /** What separates the fields of a csv. */
  delimiter?: string;
  columns: readonly PreviewColumn[];
  rows: readonly PreviewRow[];
  isReading: boolean;
  isOver: boolean;
  /** Why it is over before the file is, as a sentence. */
  ending?: string;
  /** Why reading on failed. */
  error?: AppError;
  bytesFetched: number;
  /** Size of the file, if the object store reported it. */
  objectBytes?: number;
  list: ListView;
  /** First column on the screen; of lines of text, the steps to the right. */
  shift: number;
  /** The record under the cursor as a tree; `top` is its first line on the screen. */
  tree?: { top: number };
}

export type PreviewSlice =
  | { phase: "opening"; file?: StoredFile }
  | ReadyPreview
  | { phase: "failed"; file?: StoredFile; error: AppError };
