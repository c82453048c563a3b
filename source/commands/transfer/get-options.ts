import type { LimitRate } from "../../base/limit-rate.ts";
import type { CommonOptions } from "../console/call.ts";
import type { Destination } from "../resolve/destination.ts";
import type { LookupOptions } from "../resolve/file-set-filter.ts";

export interface GetOptions extends CommonOptions, LookupOptions {
  latest?: boolean;
  output?: Destination;
  overwrite?: boolean;
  dryRun?: boolean;
  unpack?: boolean;
  checksums?: boolean;
  /** A span, as typed. */
  maxDuration?: string;
  limitRate?: LimitRate;
  /** The file of a plan, or "-". */
  plan?: string;
  /** The part of the plan, as typed. */
  shard?: string;
  quiet?: boolean;
}
