import { allItems, type FileSetFilter, type FileStore } from "../../api/service.ts";
import { AppError } from "../../base/errors.ts";
import { canonicalBucket } from "../../domain/content-sets.ts";
import { fileSetStatuses, type Package } from "../../domain/entities.ts";
import { parseMoment } from "../../domain/moment.ts";
import { usageError } from "../console/usage-error.ts";
import { momentOptions, optionOfFileSets, type SelectionOptions } from "./selection-options.ts";

export interface FilterOptions extends SelectionOptions {
  status?: string;
}

export interface LookupOptions extends SelectionOptions {
  bucket?: string;
}

/**
 * The file sets among which names are looked up, without the package; undefined without a bucket. Throws an
 * AppError of kind usage for an invalid option, or one that needs a bucket.
 */
export function readLookupFilter(
  { bucket, ...options }: LookupOptions,
  nowMs: number,
): FileSetFilter | undefined {
  if (bucket !== undefined) return readFilterOptions(bucket, options, nowMs);
  const option = optionOfFileSets(options);
  if (option === undefined) return undefined;
  throw usageError(`${option} needs --bucket`, "Add the bucket of the file sets.");
}

/** With the name of its package, if it is of one. */
export type FilterInPackage = FileSetFilter & { packageName?: string };

/** The filter within the package with that id or name. Rejects as `findPackage` does. */
export async function withPackage(
  filter: FileSetFilter,
  packageIdOrName: string | undefined,
  fileStore: FileStore,
  signal: AbortSignal,
): Promise<FilterInPackage> {
  if (packageIdOrName === undefined) return filter;
  const found = await findPackage(fileStore, filter.bucket, packageIdOrName, signal);
  const { packageId, packageName } = found;
  return { ...filter, packageId, packageName };
}

/** The filter without its package, without a request. Throws an AppError of kind usage for an invalid option. */
export function readFilterOptions(
  bucket: string,
  options: FilterOptions,
  nowMs: number,
): FileSetFilter {
  const filter: FileSetFilter = { bucket: canonicalBucket(bucket) };
  if (options.name !== undefined) filter.name = options.name;
  if (options.status !== undefined) filter.status = readStatus(options.status);
  if (options.attribute !== undefined) filter.attributes = options.attribute.map(readAttribute);
  for (const [field, option] of momentOptions) {
    const text = options[field];
    if (text !== undefined) filter[field] = readMoment(option, text, nowMs);
  }
  return filter;
}

function readStatus(text: string): string {
  const status = fileSetStatuses.find((known) => known === text.toUpperCase());
  if (status !== undefined) return status;
  throw usageError(
    `"${text}" is not a status`,
    `Write ${fileSetStatuses.join(" or ")}.`,
    "Reading --status",
  );
}

function readAttribute(text: string): { name: string; value: string } {
  const split = text.indexOf("=");
  if (split > 0) return { name: text.slice(0, split), value: text.slice(split + 1) };
  throw usageError(
    `"${text}" is not NAME=VALUE`,
    'Write it as --attribute "ContentType=ESG Scores".',
    "Reading --attribute",
  );
}

function readMoment(option: string, text: string, nowMs: number): string {
  const moment = parseMoment(text, nowMs);
  if (moment !== undefined) return moment;
  throw usageError(
    `"${text}" is neither an ISO 8601 date or time nor a span`,
    "Write it as 2026-01-31, 2026-01-31T09:00:00Z, 7d or 36h.",
    `Reading ${option}`,
  );
}

/**
 * The package with that id, name or unique part of the name. Throws an AppError: not-found
 * without a match, usage with several.
 */
export async function findPackage(
  fileStore: FileStore,
  bucket: string,
  idOrName: string,
  signal: AbortSignal,
): Promise<Package> {
  const listed = await allItems(fileStore.packages({ bucketName: bucket }, signal));
  const wanted = idOrName.toLowerCase();
  const exact = listed.filter(
    (item) => item.packageId === idOrName || item.packageName.toLowerCase() === wanted,
  );
  const found =
    exact.length > 0
      ? exact
      : listed.filter((item) => item.packageName.toLowerCase().includes(wanted));
  const [first, ...others] = found;
  if (first !== undefined && others.length === 0) return first;
  const tried = `Looking for the package "${idOrName}" in ${bucket}`;
  if (first === undefined) {
    throw new AppError({
      kind: "not-found",
      tried,
      answered: "no package has that id or name",
      advice: `See cfs packages ${bucket}.`,
    });
  }
  const candidates = candidatesOf(found.map((item) => item.packageName));
  throw usageError(candidates, "Give more of the name, or its id.", tried);
}

const mostShown = 5;

/** The number of matches and the first of them. */
export function candidatesOf(shown: readonly string[]): string {
  const first = shown.slice(0, mostShown).join(", ");
  return `${shown.length} match: ${first}${shown.length > mostShown ? ", …" : ""}`;
}
