/** How a table was looked at. */
export interface VisitedTable {
  filter: string;
  newestOnly: boolean;
  /** Id of the row under the cursor; undefined where it was never moved. */
  row?: string;
  /** Where the row was in the table, and how far below the top of the screen. */
  index: number;
  offset: number;
}

const visitedLevels = ["packages", "file-sets", "files"] as const;
export type VisitedLevel = (typeof visitedLevels)[number];

/** Where a person was when the program ended, and how they looked at it. No secrets. */
export interface Visit {
  /** Who was there: the user at the service's origin. */
  account: string;
  /** The path; none of it means the first screen. */
  bucket?: string;
  packageId?: string;
  fileSetId?: string;
  /** Of the levels of the path. */
  tables: Readonly<Partial<Record<VisitedLevel, VisitedTable>>>;
  sorts: Readonly<Record<string, { columnId: string; descending: boolean }>>;
}

/** A place as it is written: "bulk-ESG", or "bulk-ESG/" and a package's name or id. */
export interface PlacePath {
  bucket: string;
  package?: string;
}

/** Takes `text` apart at its first "/"; names of packages may have more of them. */
export function parsePlacePath(text: string): PlacePath {
  const [, bucket = "", wanted = ""] = /^([^/]*)\/?(.*)$/s.exec(text.trim()) ?? [];
  return { bucket: bucket.trim(), package: wanted.trim() || undefined };
}
