import type { AppError } from "../../base/errors.ts";
import type { FileSet, Package, StoredFile } from "../../domain/entities.ts";
import type { ZipEntry } from "../../files/zip-directory.ts";
import type { ListView } from "./list-view.ts";
import type { Row } from "./row.ts";

/** Where a person is. Places form a path; leaving one shows the one before as it was. */
export type Place =
  | { kind: "bucket" }
  | { kind: "packages"; bucket: string }
  | { kind: "file-sets"; bucket: string; package: Package }
  | { kind: "files"; bucket: string; package: Package; fileSet: FileSet }
  | {
      kind: "preview";
      bucket: string;
      package: Package;
      fileSet: FileSet;
      /** Without it the first file of the file set. */
      file?: StoredFile;
      /** One entry of a file that is a zip. */
      entry?: ZipEntry;
    }
  | { kind: "downloads" };

export type TablePlace = Exclude<Place, { kind: "bucket" | "preview" }>;
export type TableKind = TablePlace["kind"];

/** Places whose table comes from the service. */
export type ListedPlace = Exclude<TablePlace, { kind: "downloads" }>;

/** The levels of the path, in order; their keys are 1 to 4. */
export const pathLevels = ["bucket", "packages", "file-sets", "files"] as const;

export type PathLevel = (typeof pathLevels)[number];

/** What keeps a place's listing, row, filter and marks apart from another's. */
export function placeKey(place: Place): string {
  switch (place.kind) {
    case "packages":
      return `packages ${place.bucket.toLowerCase()}`;
    case "file-sets":
      return `file-sets ${place.bucket.toLowerCase()} ${place.package.packageId}`;
    case "files":
      return `files ${place.fileSet.id}`;
    case "preview": {
      const { entry, file, fileSet } = place;
      return `preview ${file?.id ?? fileSet.id}${entry ? ` at ${entry.at}` : ""}`;
    }
    default:
      return place.kind;
  }
}

/** The titles that screens, help and documents use. */
export const placeTitles = {
  bucket: "Bucket",
  packages: "Packages",
  "file-sets": "File sets",
  files: "Files",
  preview: "Preview",
  downloads: "Downloads",
} as const;

/** The word for one row, and for several. */
export const rowWords: Readonly<Record<TableKind, readonly [one: string, many: string]>> = {
  packages: ["package", "packages"],
  "file-sets": ["file set", "file sets"],
  files: ["file", "files"],
  downloads: ["download", "downloads"],
};

export function isTable(place: Place): place is TablePlace {
  return place.kind !== "bucket" && place.kind !== "preview";
}

export function isListed(place: Place): place is ListedPlace {
  return isTable(place) && place.kind !== "downloads";
}

/** What the service lists at a place, as far as it came. */
export interface ListedRows {
  rows: readonly Row[];
  /** Rows that have arrived in this run. */
  received: number;
  /** When the service was asked last. */
  askedAtMs: number;
  /** When the rows were listed, in milliseconds since 1970; undefined while they come for the first time. */
  listedAtMs?: number;
  /** The file sets that the last visit saw; the others are new. Undefined on the first visit. */
  seenBefore?: ReadonlySet<string>;
}

export type ListingPhase =
  /** refreshing: the rows of the last time stand until the new ones are whole. */
  { phase: "loading" | "refreshing" | "complete" } | { phase: "failed"; error: AppError };

export type PlaceListing = ListedRows & ListingPhase;

/** How a person looks at a place; it is there again when they come back. */
export interface PlaceView {
  list: ListView;
  filter: string;
  /** The filter that was ended last; "/" offers it again. */
  endedFilter?: string;
  marks: ReadonlySet<string>;
  /** File sets: only the newest Init and the Deltas after it are shown. */
  newestOnly?: boolean;
  /** Row from which a range of marks reaches to the cursor. */
  rangeFrom?: string;
  /** The marks that were cleared last; they can be restored. */
  lastMarks?: ReadonlySet<string>;
}
