import { resolve } from "node:path";
import type { FileSetFilter } from "../../api/service.ts";
import { leastPauseMs } from "../../base/backoff.ts";
import { AppError } from "../../base/errors.ts";
import { spanSeconds } from "../../domain/moment.ts";
import type { SyncQuery } from "../../sync/query.ts";
import type { CommonOptions } from "../console/call.ts";
import { type FileSetWords, filtersWithin, readFilterWords } from "../resolve/file-set-filter.ts";

export interface SyncOptions extends CommonOptions, FileSetWords {
  output?: string;
  latestInit?: boolean;
  verify?: boolean;
  prune?: boolean;
  watch?: string;
  dryRun?: boolean;
  quiet?: boolean;
}

/** What `sync` is asked for. */
export interface SyncWords {
  query: SyncQuery;
  /** Absolute. */
  directory: string;
  /** Milliseconds between two runs; undefined: one run. */
  everyMs: number | undefined;
  /** A filter that lets more through as time goes by: what is new since the last run does not tell all. */
  grows: boolean;
  /** The filter of this moment, without the package. */
  filterAt(nowMs: number): FileSetFilter;
}

const longestEveryMs = 7 * 24 * 60 * 60 * 1_000;

/** These are open towards the past: given as a span back from now, they move on. */
const upperBounds = ["contentTo", "availableTo"] as const;

/** Reads the words of `sync`. Throws an AppError of kind usage where they are wrong or do not go together. */
export function readSyncWords(bucket: string, options: SyncOptions, nowMs: number): SyncWords {
  const { package: owner, output } = options;
  if (owner === undefined) throw wrongWords("--package is missing");
  if (output === undefined) throw wrongWords("-o is missing: the folder to bring up to date");
  if (options.dryRun && options.watch !== undefined)
    throw wrongWords("--dry-run and --watch do not go together");
  if (options.status !== undefined && options.status.toUpperCase() !== "READY")
    throw wrongWords("only file sets that are READY are fetched");
  // PENDING ones are to be seen too, so that they are not lost sight of.
  const filterWords = filtersWithin(options);
  const filterAt = (ms: number) => readFilterWords(bucket, filterWords, ms);
  return {
    query: {
      bucket: filterAt(nowMs).bucket,
      package: owner,
      filters: typed(filterWords),
      latestInit: options.latestInit ?? false,
    },
    directory: resolve(output),
    everyMs: options.watch === undefined ? undefined : readEvery(options.watch),
    grows: upperBounds.some((name) => spanSeconds(filterWords[name] ?? "") !== undefined),
    filterAt,
  };
}

/** The filters as they were typed, by option. */
function typed({ attribute, ...others }: FileSetWords): Record<string, string> {
  const filters: Record<string, string> = {};
  for (const [name, value] of Object.entries(others))
    if (value !== undefined) filters[name] = value;
  if (attribute !== undefined) filters["attribute"] = JSON.stringify(attribute.toSorted());
  return filters;
}

function readEvery(text: string): number {
  const everyMs = (spanSeconds(text) ?? 0) * 1_000;
  if (everyMs >= leastPauseMs && everyMs <= longestEveryMs) return everyMs;
  throw wrongWords(`--watch: "${text}" is not a span from 1m to 7d, such as 15m`);
}

function wrongWords(answered: string): AppError {
  return new AppError({
    kind: "usage",
    tried: "Reading the call",
    answered,
    advice: "See cfs sync --help.",
  });
}
