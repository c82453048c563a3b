import { counted, readableCount } from "../readable.ts";
import { type DeliveryChain, momentOf } from "./chain.ts";
import { deliveryKind } from "./name.ts";

/** "1 Init, 8 Delta, 1 other"; "2 file sets" if no name shows a kind. */
function kindsText({ all }: DeliveryChain): string {
  const counts = new Map<string, number>();
  for (const { name } of all) {
    const kind = deliveryKind(name) ?? "other";
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  if (counts.get("other") === all.length) return counted(all.length, "file set");
  return ["Init", "Full", "Delta", "Update", "other"]
    .flatMap((kind) => {
      const count = counts.get(kind);
      return count === undefined ? [] : [`${readableCount(count)} ${kind}`];
    })
    .join(", ");
}

/** "whole", "gap", "2 gaps" or "no Init"; undefined if no name shows a kind. */
function chainText({ deltas, gaps, init }: DeliveryChain): string | undefined {
  if (!init) return deltas.length > 0 ? "no Init" : undefined;
  if (gaps.length === 0) return "whole";
  return gaps.length === 1 ? "gap" : counted(gaps.length, "gap");
}

export const stripWeeks = 12;
const weekMs = 7 * 24 * 3_600_000;

/** Computed once for a series, because a series may have thousands of file sets. */
export interface SeriesSummary {
  chain: DeliveryChain;
  kinds: string;
  state: string | undefined;
  /** Of all its file sets, in milliseconds since 1970. */
  moments: readonly number[];
}

export function summaryOf(chain: DeliveryChain): SeriesSummary {
  const [kinds, state] = [kindsText(chain), chainText(chain)];
  return { chain, kinds, state, moments: chain.all.map(momentOf) };
}

/** Deliveries in each of the last twelve weeks, oldest first; the last week ends now. */
export function weeklyDeliveries({ moments }: SeriesSummary, nowMs: number): number[] {
  const counts = Array.from({ length: stripWeeks }, () => 0);
  for (const moment of moments) {
    const weeksAgo = Math.max(0, Math.floor((nowMs - moment) / weekMs));
    const index = stripWeeks - 1 - weeksAgo;
    const count = counts[index];
    if (count !== undefined) counts[index] = count + 1;
  }
  return counts;
}

/** Each week's share of the busiest week; undefined for a week without deliveries. */
export function weeklyShares(series: SeriesSummary, nowMs: number): (number | undefined)[] {
  const counts = weeklyDeliveries(series, nowMs);
  const most = Math.max(...counts);
  return counts.map((count) => (count === 0 ? undefined : count / most));
}
