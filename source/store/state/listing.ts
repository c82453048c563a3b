import type { AppError } from "../../base/errors.ts";
import type { Entry } from "./row.ts";

/** What the service lists at a place, as far as it came. */
export interface Listing {
  /** loading: the first time; refreshing: the rows of the last time stand until the new ones are whole. */
  phase: "loading" | "refreshing" | "complete" | "failed";
  entries: readonly Entry[];
  /** Rows that have arrived in this run. */
  received: number;
  /** How many there are, where the service says so. */
  total?: number;
  error?: AppError;
  /** When the service was asked last. */
  askedAtMs?: number;
  /** When the rows were listed, in milliseconds since 1970; undefined while they come for the first time. */
  listedAtMs?: number;
  /** What the last visit saw of file sets; the others are new. Undefined on the first visit. */
  seenBefore?: ReadonlySet<string>;
}
