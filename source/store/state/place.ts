import type { AppError } from "../../base/errors.ts";
import type { FileSet, Package, StoredFile } from "../../domain/entities.ts";
import type { ZipEntry } from "../../files/zip-directory.ts";
import type { ListView } from "./list-view.ts";
import type { Row } from "./row.ts";

/** Places form a path; leaving one restores the previous one as it was. */
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
      /** Defaults to the first file of the file set. */
      file?: StoredFile;
      entry?: ZipEntry;
      path?: undefined;
    }
  /** Of a file on disk. */
  | { kind: "preview"; path: string; file: StoredFile; entry?: ZipEntry }
  | { kind: "downloads" };

export type TablePlace = Exclude<Place, { kind: "bucket" | "preview" }>;
/** File sets are listed one by one or by series. */
export type TableKind = TablePlace["kind"] | "series";

export type ListedPlace = Exclude<TablePlace, { kind: "downloads" }>;

/** In the order of their keys, 1 to 4. */
export const pathLevels = ["bucket", "packages", "file-sets", "files"] as const;

export type PathLevel = (typeof pathLevels)[number];

export function placeKey(place: Place): string {
  switch (place.kind) {
    case "packages":
      return `packages ${place.bucket.toLowerCase()}`;
    case "file-sets":
      return `file-sets ${place.bucket.toLowerCase()} ${place.package.packageId}`;
    case "files":
      return `files ${place.fileSet.id}`;
    case "preview": {
      const { entry } = place;
      const what = place.path ?? place.file?.id ?? place.fileSet.id;
      return `preview ${what}${entry ? ` at ${entry.at}` : ""}`;
    }
    default:
      return place.kind;
  }
}

export function packageNameOf(place: Place | undefined): string | undefined {
  return place !== undefined && "package" in place ? place.package.packageName : undefined;
}

export const placeTitles = {
  bucket: "Bucket",
  packages: "Packages",
  "file-sets": "File sets",
  files: "Files",
  preview: "Preview",
  downloads: "Downloads",
} as const;

/** Singular and plural. */
export const rowWords: Readonly<Record<TableKind, readonly [one: string, many: string]>> = {
  packages: ["package", "packages"],
  "file-sets": ["file set", "file sets"],
  series: ["series", "series"],
  files: ["file", "files"],
  downloads: ["download", "downloads"],
};

export function isTable(place: Place): place is TablePlace {
  return place.kind !== "bucket" && place.kind !== "preview";
}

export function isListed(place: Place): place is ListedPlace {
  return isTable(place) && place.kind !== "downloads";
}

export interface ListedRows {
  rows: readonly Row[];
  received: number;
  askedAtMs: number;
  /** Milliseconds since 1970; undefined during the first listing. */
  listedAtMs?: number;
  /** File sets of the last visit, undefined on the first; all others are new. */
  seenBefore?: ReadonlySet<string>;
}

export type ListingPhase =
  /** refreshing: cached rows stay until the new list is complete. */
  { phase: "loading" | "refreshing" | "complete" } | { phase: "failed"; error: AppError };

export type PlaceListing = ListedRows & ListingPhase;

/** What Back restores. */
type Restored = Pick<PlaceView, "filter" | "list">;

/** File sets by series: one row for each, or the file sets of the opened one. */
interface SeriesView {
  /** The view of all file sets. */
  before: Restored;
  /** `id` is that of the row of the series, `before` the view of all series. */
  opened?: { id: string; name: string; before: Restored };
}

/** View state of a place, kept until the user returns. */
export interface PlaceView {
  list: ListView;
  filter: string;
  /** The last filter, which "/" offers again. */
  endedFilter?: string;
  marks: ReadonlySet<string>;
  /** Shows only the newest Init and the Deltas after it. */
  newestOnly?: boolean;
  series?: SeriesView;
  /** The row where the range of marks starts; it ends at the cursor. */
  rangeFrom?: string;
  /** Ids of the groups whose rows are hidden. */
  folded?: ReadonlySet<string>;
  /** Marks cleared last, which can be restored. */
  lastMarks?: ReadonlySet<string>;
}
