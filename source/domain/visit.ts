export interface VisitedTable {
  filter: string;
  newestOnly: boolean;
  /** Id of the row under the cursor; undefined if the cursor never moved. */
  row?: string;
  /** Position of the row in the table, and below the top of the screen. */
  index: number;
  offset: number;
}

const visitedLevels = ["packages", "file-sets", "files"] as const;
export type VisitedLevel = (typeof visitedLevels)[number];

/** The user's place when the program ended, without secrets. */
export interface Visit {
  /** The user at the service's origin. */
  account: string;
  /** No path means the first screen. */
  bucket?: string;
  packageId?: string;
  fileSetId?: string;
  tables: Readonly<Partial<Record<VisitedLevel, VisitedTable>>>;
  sorts: Readonly<Record<string, { columnId: string; descending: boolean }>>;
}

/** "bulk-ESG", or "bulk-ESG/" and a package's name or id. */
export interface PlacePath {
  bucket: string;
  package?: string;
}

/** Splits `text` at its first "/", since names of packages may contain more. */
export function parsePlacePath(text: string): PlacePath {
  const [, bucket = "", wanted = ""] = /^([^/]*)\/?(.*)$/s.exec(text.trim()) ?? [];
  return { bucket: bucket.trim(), package: wanted.trim() || undefined };
}
