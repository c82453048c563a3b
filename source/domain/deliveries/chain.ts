import type { FileSet } from "../entities.ts";
import { newestFirst } from "../ordering.ts";
import { counted, readableTime } from "../readable.ts";
import { type DeliveryKind, deliveryKind, isComplete, momentInName, seriesName } from "./name.ts";

/** A span that no delivery of a chain covers. Times are UTC texts of the service. */
export interface Gap {
  /** End of the content before the gap. */
  from: string;
  /** Start of the next delivery's content. */
  to: string;
  before: FileSet;
}

/** The newest Init of one series and everything after it. */
export interface DeliveryChain {
  packageId: string;
  /** The name without date, Init and Delta. */
  series: string;
  /** The newest READY Init or Full; undefined if none is available. */
  init: FileSet | undefined;
  /** READY Deltas or Updates after it, oldest first: the order in which they are applied. */
  deltas: readonly FileSet[];
  /** PENDING and newer than the Init, oldest first; not considered for gaps. */
  pending: readonly FileSet[];
  /** Sets whose names show no kind, newest first; none can be left out. */
  others: readonly FileSet[];
  /** Every file set of the series, also those before the Init. */
  all: readonly FileSet[];
  /** Oldest first; only between deliveries with content times. */
  gaps: readonly Gap[];
}

/** Times have whole seconds: an end such as 23:59:59 meets a start at 00:00:00. */
const meetingMs = 1_000;

type Role = "whole" | "change" | "other";

function roleOf(kind: DeliveryKind | undefined): Role {
  if (kind === undefined) return "other";
  return isComplete(kind) ? "whole" : "change";
}

function parsed(utc: string | undefined): number | undefined {
  const ms = Date.parse(utc ?? "");
  return Number.isNaN(ms) ? undefined : ms;
}

/** End of the content, or else the date in the name, or else the creation; in milliseconds. */
export function momentOf(fileSet: FileSet): number {
  return (
    parsed(fileSet.contentTo) ?? momentInName(fileSet.name) ?? parsed(fileSet.created) ?? -Infinity
  );
}

function byMoment(left: FileSet, right: FileSet): number {
  const difference = momentOf(left) - momentOf(right);
  if (difference !== 0 && !Number.isNaN(difference)) return difference;
  return newestFirst(right, left) || (left.id < right.id ? -1 : 1);
}

function covers({ contentFrom, contentTo }: FileSet, { from, to }: Gap): boolean {
  const [begin, end] = [parsed(contentFrom), parsed(contentTo)];
  if (begin === undefined || end === undefined) return false;
  return begin - Date.parse(from) <= meetingMs && end >= Date.parse(to);
}

/** `deliveries` are oldest first; one without content times leaves the next unchecked. */
export function gapsBetween(deliveries: readonly FileSet[]): Gap[] {
  const gaps: Gap[] = [];
  let covered: { ms: number; utc: string } | undefined;
  for (const delivery of deliveries) {
    const from = parsed(delivery.contentFrom);
    if (covered && from !== undefined && from - covered.ms > meetingMs) {
      gaps.push({ from: covered.utc, to: delivery.contentFrom ?? "", before: delivery });
    }
    const to = parsed(delivery.contentTo);
    if (to === undefined) covered = undefined;
    else if (!covered || to > covered.ms) covered = { ms: to, utc: delivery.contentTo ?? "" };
  }
  return gaps.filter((gap) => !deliveries.some((delivery) => covers(delivery, gap)));
}

function chainOf(fileSets: readonly FileSet[]): Omit<DeliveryChain, "packageId" | "series"> {
  const ordered = fileSets.toSorted(byMoment);
  const ready = ordered.filter(({ status }) => status === "READY");
  const inRole = (role: Role, sets: readonly FileSet[]) =>
    sets.filter(({ name }) => roleOf(deliveryKind(name)) === role);
  const init = inRole("whole", ready).at(-1);
  const isAfter = (fileSet: FileSet) => !init || momentOf(fileSet) > momentOf(init);
  const deltas = inRole("change", ready).filter(isAfter);
  return {
    init,
    deltas,
    pending: ordered.filter(
      (fileSet) =>
        fileSet.status !== "READY" &&
        roleOf(deliveryKind(fileSet.name)) !== "other" &&
        isAfter(fileSet),
    ),
    others: inRole("other", fileSets).toSorted(newestFirst),
    all: fileSets,
    gaps: gapsBetween(init ? [init, ...deltas] : deltas),
  };
}

/** One chain for each series, by package and name without regard to case; sorted by name. */
export function latestInitChain(fileSets: readonly FileSet[]): DeliveryChain[] {
  const series = new Map<string, { packageId: string; name: string; members: FileSet[] }>();
  for (const fileSet of fileSets) {
    const name = seriesName(fileSet.name);
    const key = `${fileSet.packageId}\n${name.toLowerCase()}`;
    const found = series.get(key);
    if (found) found.members.push(fileSet);
    else series.set(key, { packageId: fileSet.packageId, name, members: [fileSet] });
  }
  return [...series.values()]
    .sort((left, right) => (left.name < right.name ? -1 : left.name > right.name ? 1 : 0))
    .map(({ packageId, name, members }) => ({ packageId, series: name, ...chainOf(members) }));
}

export function chainMembers({ deltas, init, others, pending }: DeliveryChain): FileSet[] {
  return [...(init ? [init] : []), ...deltas, ...pending, ...others];
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

function span(ms: number): string {
  if (ms >= dayMs) return counted(Math.round(ms / dayMs), "day");
  if (ms >= hourMs) return counted(Math.round(ms / hourMs), "hour");
  return counted(Math.max(1, Math.round(ms / 60_000)), "minute");
}

/** "3 days missing, 2026-11-01 to 2026-11-04"; with times of day if below two days. */
export function gapText({ from, to }: Gap): string {
  const ms = Date.parse(to) - Date.parse(from);
  const [begin, end] = [readableTime(from), readableTime(to)];
  const stretch =
    ms >= 2 * dayMs ? `${begin.slice(0, 10)} to ${end.slice(0, 10)}` : `${begin} to ${end} UTC`;
  return `${span(ms)} missing, ${stretch}`;
}
