import type { AppError } from "../../base/errors.ts";
import type { StoredFile } from "../../domain/entities.ts";
import type { ZipEntry } from "../../files/zip-directory.ts";
import type { PreviewFormat } from "../../preview/preview.ts";
import type { ListView } from "./list-view.ts";

export interface PreviewColumn {
  name: string;
  /** Cells: the widest text, within bounds. */
  width: number;
  widest: number;
  isNumeric: boolean;
}

export interface PreviewRow {
  /** Starts at 1; also its id in the list. */
  number: number;
  /** One sanitized text per column; shorter if the record has fewer fields. */
  cells: readonly string[];
  text: string;
  isCut: boolean;
  entry?: ZipEntry;
}

export interface ReadyPreview {
  phase: "ready";
  file: StoredFile;
  format: PreviewFormat;
  delimiter?: string;
  /** The zip entry that the records are from. */
  entry?: ZipEntry;
  columns: readonly PreviewColumn[];
  rows: readonly PreviewRow[];
  isReading: boolean;
  /** Something has arrived of what is being read. */
  isAnswered?: boolean;
  isOver: boolean;
  /** A sentence that explains why it stops before the end of the file. */
  ending?: string;
  error?: AppError;
  bytesFetched: number;
  /** The size in bytes, if the object store reported it. */
  objectBytes?: number;
  list: ListView;
  /** The first column shown; for lines of text, the number of steps to the right. */
  shift: number;
  /** The first column stays while the others scroll. */
  frozen: boolean;
  /** The cursor in the record that is open as a tree. */
  tree?: ListView;
  /** Paths of the folded fields, in every record. */
  folds: ReadonlySet<string>;
  /** The text that "n" and "N" search for. */
  search?: string;
  /** The view to which Esc returns while a search is typed. */
  searchFrom?: Pick<ReadyPreview, "list" | "shift" | "tree">;
}

export type PreviewSlice =
  | { phase: "opening"; file?: StoredFile; isAnswered?: boolean }
  | ReadyPreview
  | { phase: "failed"; file?: StoredFile; error: AppError };
