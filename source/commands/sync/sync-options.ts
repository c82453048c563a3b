import type { FileSetFilter } from "../../api/service.ts";
import { leastPauseMs } from "../../base/backoff.ts";
import type { LimitRate } from "../../base/limit-rate.ts";
import { spanSeconds } from "../../domain/moment.ts";
import type { Selection } from "../../domain/selection.ts";
import type { SyncQuery } from "../../sync/manifest.ts";
import type { CommonOptions } from "../console/call.ts";
import { usageError } from "../console/usage-error.ts";
import { type Destination, refuseForStore } from "../resolve/destination.ts";
import { type FilterOptions, readFilterOptions } from "../resolve/file-set-filter.ts";
import { readSelection } from "../resolve/selection.ts";
import { type SelectionOptions, selectionWithinPackage } from "../resolve/selection-options.ts";

export interface SyncOptions extends CommonOptions, FilterOptions {
  output: Destination;
  latestInit?: boolean;
  verify?: boolean;
  prune?: boolean;
  checksums?: boolean;
  /** A span, as typed. */
  maxDuration?: string;
  limitRate?: LimitRate;
  watch?: string;
  dryRun?: boolean;
  quiet?: boolean;
}

export interface SyncRequest {
  query: SyncQuery;
  /** Absolute, or "s3://bucket/prefix". */
  directory: string;
  /** Milliseconds between runs; undefined: run once. */
  everyMs: number | undefined;
  /** True if a filter matches more as time passes, so that listing recent changes is not enough. */
  hasMovingBound: boolean;
  selection: Selection;
  /** The filter at that time, without the package. */
  filterAt(nowMs: number): FileSetFilter;
}

const advice = "See cfs sync --help.";

const longestEveryMs = 7 * 24 * 60 * 60 * 1_000;

/** Bounds that move on with every run if they are relative to now. */
const upperBounds = ["contentTo", "availableTo"] as const;

/** Throws an AppError of kind usage if options are invalid or conflict. */
export function readSyncOptions(bucket: string, options: SyncOptions, nowMs: number): SyncRequest {
  const { output } = options;
  if (options.dryRun && options.watch !== undefined)
    throw usageError("--dry-run and --watch do not go together", advice);
  if (options.status !== undefined && options.status.toUpperCase() !== "READY")
    throw usageError("only file sets that are READY are fetched", advice);
  const { dryRun, prune, verify } = options;
  refuseForStore(output, { "--dry-run": dryRun, "--prune": prune, "--verify": verify });
  // Includes PENDING file sets, so that they are not missed later.
  const filterOptions = selectionWithinPackage(options);
  const selection = readSelection(filterOptions);
  if (options.latestInit && options.kind?.toLowerCase() === "delta")
    throw usageError("--latest-init and --kind delta do not go together", advice);
  const filterAt = (ms: number) => readFilterOptions(bucket, filterOptions, ms);
  return {
    query: {
      bucket: filterAt(nowMs).bucket,
      package: options.package,
      filters: typed(filterOptions),
      latestInit: options.latestInit ?? false,
    },
    directory: output.directory,
    everyMs: options.watch === undefined ? undefined : readEvery(options.watch),
    hasMovingBound: upperBounds.some(
      (name) => spanSeconds(filterOptions[name] ?? "") !== undefined,
    ),
    selection,
    filterAt,
  };
}

/** The filters by option, as typed. */
function typed(options: SelectionOptions): Record<string, string> {
  const filters: Record<string, string> = {};
  for (const [name, value] of Object.entries(options))
    if (value !== undefined)
      filters[name] = typeof value === "string" ? value : JSON.stringify(value.toSorted());
  return filters;
}

function readEvery(text: string): number {
  const everyMs = (spanSeconds(text) ?? 0) * 1_000;
  if (everyMs >= leastPauseMs && everyMs <= longestEveryMs) return everyMs;
  throw usageError(`--watch: "${text}" is not a span from 1m to 7d, such as 15m`, advice);
}
