import { allItems, type FileSetFilter, type FileStore } from "../../api/service.ts";
import { AppError } from "../../base/errors.ts";
import { canonicalBucket } from "../../domain/content-sets.ts";
import { fileSetStatuses, type Package } from "../../domain/entities.ts";
import { parseMoment } from "../../domain/moment.ts";
import type { Call } from "../console/call.ts";
import { usageError } from "../console/usage-error.ts";

/** The options that filter by time. */
const moments = [
  ["contentFrom", "--content-from"],
  ["contentTo", "--content-to"],
  ["availableFrom", "--available-from"],
  ["availableTo", "--available-to"],
  ["createdSince", "--created-since"],
  ["modifiedSince", "--modified-since"],
] as const;

type MomentOptions = Partial<Record<(typeof moments)[number][0], string>>;

/** The filter options of `file-sets` and `sync`. */
export interface FilterOptions extends MomentOptions {
  package?: string;
  name?: string;
  status?: string;
  attribute?: string[];
}

/** The filters within one package, without the status. */
export function filtersWithinPackage(words: FilterOptions): FilterOptions {
  const { name, attribute } = words;
  const filters: FilterOptions = { name, attribute };
  for (const [field] of moments) filters[field] = words[field];
  return filters;
}

/** With the name of its package, if it is of one. */
export type ResolvedFilter = FileSetFilter & { packageName?: string };

/** Looks up a package name. Throws like `readFilterOptions`. */
export async function resolveFileSetFilter(
  bucket: string,
  words: FilterOptions,
  fileStore: FileStore,
  call: Call,
): Promise<ResolvedFilter> {
  const filter = readFilterOptions(bucket, words, call.nowMs());
  if (words.package === undefined) return filter;
  const found = await findPackage(fileStore, filter.bucket, words.package, call.signal);
  return { ...filter, packageId: found.packageId, packageName: found.packageName };
}

/** The filter without its package, without a request. Throws an AppError of kind usage for an invalid option. */
export function readFilterOptions(
  bucket: string,
  words: FilterOptions,
  nowMs: number,
): FileSetFilter {
  const filter: FileSetFilter = { bucket: canonicalBucket(bucket) };
  if (words.name !== undefined) filter.name = words.name;
  if (words.status !== undefined) filter.status = readStatus(words.status);
  if (words.attribute !== undefined) filter.attributes = words.attribute.map(readAttribute);
  for (const [field, option] of moments) {
    const text = words[field];
    if (text !== undefined) filter[field] = readMoment(option, text, nowMs);
  }
  return filter;
}

function readStatus(text: string): string {
  const status = fileSetStatuses.find((known) => known === text.toUpperCase());
  if (status !== undefined) return status;
  throw usageError(
    `"${text}" is no status`,
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
 * The package that `words` names by id, name or a unique part of the name. Throws an AppError: not-found
 * without a match, usage with several.
 */
export async function findPackage(
  fileStore: FileStore,
  bucket: string,
  words: string,
  signal: AbortSignal,
): Promise<Package> {
  const listed = await allItems(fileStore.packages({ bucketName: bucket }, signal));
  const wanted = words.toLowerCase();
  const exact = listed.filter(
    (item) => item.packageId === words || item.packageName.toLowerCase() === wanted,
  );
  const found =
    exact.length > 0
      ? exact
      : listed.filter((item) => item.packageName.toLowerCase().includes(wanted));
  const [first, ...others] = found;
  if (first !== undefined && others.length === 0) return first;
  const tried = `Looking for the package "${words}" in ${bucket}`;
  if (first === undefined) {
    throw new AppError({
      kind: "not-found",
      tried,
      answered: "there is none with that id or name",
      advice: `See cfs packages ${bucket}.`,
    });
  }
  const candidates = candidatesOf(found.map((item) => item.packageName));
  throw usageError(candidates, "Give more of the name, or the id.", tried);
}

const mostShown = 5;

/** The number of matches and the first of them. */
export function candidatesOf(shown: readonly string[]): string {
  const first = shown.slice(0, mostShown).join(", ");
  return `${shown.length} fit: ${first}${shown.length > mostShown ? ", …" : ""}`;
}
