import type { FileSetFilter, FileStore } from "../../api/service.ts";
import { canonicalBucket } from "../../domain/content-sets.ts";
import { fileSetStatuses } from "../../domain/entities.ts";
import { parseMoment } from "../../domain/moment.ts";
import type { Call } from "../console/call.ts";
import { usageError } from "../console/usage-error.ts";
import { findPackage } from "./find-package.ts";

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

/** Looks up a package name. Throws like `readFilterOptions`. */
export async function resolveFileSetFilter(
  bucket: string,
  words: FilterOptions,
  fileStore: FileStore,
  call: Call,
): Promise<FileSetFilter> {
  const filter = readFilterOptions(bucket, words, call.nowMs());
  if (words.package === undefined) return filter;
  const found = await findPackage(fileStore, filter.bucket, words.package, call.signal);
  return { ...filter, packageId: found.packageId };
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
