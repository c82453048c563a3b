import { readableRate, readableSeconds } from "../../domain/readable.ts";
import { percent } from "../../store/columns.ts";
import type { State } from "../../store/state.ts";

const leastMs = 5_000;
const mostMs = 30_000;
const step = 0.1;

/**
 * Says how far the downloads are: never more than once in 5 seconds, and then only when a tenth more is
 * done or half a minute has passed.
 */
export function createProgressSpeech(): (state: State, nowMs: number) => string | undefined {
  let spokenAtMs = Number.NEGATIVE_INFINITY;
  let spokenShare = 0;

  return ({ activity, transfers: { totals, transfers } }, nowMs) => {
    if (!activity || activity.isOver || totals.bytesTotal === 0) {
      spokenShare = 0;
      return undefined;
    }
    const share = Math.min(1, totals.bytesDone / totals.bytesTotal);
    const silentMs = nowMs - spokenAtMs;
    if (silentMs < leastMs) return undefined;
    if (share - spokenShare < step && silentMs < mostMs) return undefined;
    spokenAtMs = nowMs;
    spokenShare = share;
    const parts = [
      `${percent(share)}, ${totals.done} of ${transfers.length} files`,
      totals.bytesPerSecond > 0 ? readableRate(totals.bytesPerSecond) : "",
      totals.secondsLeft === undefined ? "" : `${readableSeconds(totals.secondsLeft)} left`,
    ];
    return parts.filter((part) => part !== "").join(", ");
  };
}
