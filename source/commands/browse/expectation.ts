import { gapText, latestInitChain } from "../../domain/deliveries/chain.ts";
import { deliveryKind, seriesName } from "../../domain/deliveries/name.ts";
import type { FileSet } from "../../domain/entities.ts";
import { newestFirst } from "../../domain/ordering.ts";
import { counted, readableAge, readableSeconds } from "../../domain/readable.ts";

/** Something that a schedule did not expect. */
export interface Unmet {
  check: "late" | "fewer-files" | "gap" | "expiring";
  /** A sentence without the word of the check. */
  text: string;
  /** Undefined if no file set is concerned. */
  fileSet: FileSet | undefined;
}

/** When the file set was made, in milliseconds since 1970; publishers may omit some of these times. */
function arrivalOf({ created, modified, availableFrom, contentTo }: FileSet): number {
  const ms = Date.parse(created ?? modified ?? availableFrom ?? contentTo ?? "");
  return Number.isNaN(ms) ? Number.NEGATIVE_INFINITY : ms;
}

/** The READY file set that came last. */
export function lastArrival(fileSets: readonly FileSet[]): FileSet | undefined {
  return fileSets
    .filter(({ status }) => status === "READY")
    .toSorted((left, right) => arrivalOf(right) - arrivalOf(left))[0];
}

/** A report if there is no READY file set, or the last one came longer ago than `maxAgeMs`. */
export function lateness(
  fileSets: readonly FileSet[],
  nowMs: number,
  maxAgeMs = Number.POSITIVE_INFINITY,
): Unmet[] {
  const last = lastArrival(fileSets);
  if (last === undefined)
    return [{ check: "late", text: "no READY file set matches", fileSet: undefined }];
  const ageMs = nowMs - arrivalOf(last);
  if (ageMs <= maxAgeMs) return [];
  const over = readableSeconds((ageMs - maxAgeMs) / 1_000);
  const text = `the newest READY file set, ${last.name}, is ${readableAge(ageMs)} old, ${over} over the limit of ${readableAge(maxAgeMs)}`;
  return [{ check: "late", text, fileSet: last }];
}

/** How many earlier file sets the newest one of a series and kind is compared with. */
const comparedSets = 4;

/**
 * A report for each series and kind whose newest file set has fewer files than each of the four before;
 * from fewer nothing can be concluded.
 */
export function shortages(fileSets: readonly FileSet[]): Unmet[] {
  const groups = new Map<string, FileSet[]>();
  for (const fileSet of fileSets.filter(({ status }) => status === "READY")) {
    const { packageId, name } = fileSet;
    const key = JSON.stringify([packageId, seriesName(name).toLowerCase(), deliveryKind(name)]);
    groups.set(key, [...(groups.get(key) ?? []), fileSet]);
  }
  return [...groups.values()].flatMap((group): Unmet[] => {
    const [newest, ...others] = group.toSorted(newestFirst);
    const before = others.slice(0, comparedSets).map(({ numFiles }) => numFiles);
    const least = Math.min(...before);
    const isKnown = newest !== undefined && before.length === comparedSets;
    if (!isKnown || newest.numFiles >= least) return [];
    const text = `${newest.name} has ${counted(newest.numFiles, "file")}; the ${comparedSets} before had at least ${least}`;
    return [{ check: "fewer-files", text, fileSet: newest }];
  });
}

/** A report for each gap between the newest Init of a series and the Deltas after it. */
export function gaps(fileSets: readonly FileSet[]): Unmet[] {
  return latestInitChain(fileSets).flatMap(({ series, gaps: found }) =>
    found.map((gap): Unmet => {
      const text = `${series}: ${gapText(gap)}`;
      return { check: "gap", text, fileSet: gap.before };
    }),
  );
}

/** READY file sets that the service will remove within `withinMs`, the soonest first. */
export function expiringSoon(
  fileSets: readonly FileSet[],
  withinMs: number,
  nowMs: number,
): { fileSet: FileSet; leftMs: number }[] {
  return fileSets
    .filter(({ status }) => status === "READY")
    .map((fileSet) => ({ fileSet, leftMs: Date.parse(fileSet.availableTo ?? "") - nowMs }))
    .filter(({ leftMs }) => leftMs > 0 && leftMs <= withinMs)
    .sort((left, right) => left.leftMs - right.leftMs);
}
