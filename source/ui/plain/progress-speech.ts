import { counted, readableRate, readableSeconds } from "../../domain/readable.ts";
import { percent, totalShare, wantedCount } from "../../store/state/download-phases.ts";
import type { State } from "../../store/state/state.ts";

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
    const share = totalShare(totals);
    if (!activity || activity.isOver || share === undefined) {
      spokenShare = 0;
      return undefined;
    }
    const silentMs = nowMs - spokenAtMs;
    if (silentMs < leastMs) return undefined;
    if (share - spokenShare < step && silentMs < mostMs) return undefined;
    spokenAtMs = nowMs;
    spokenShare = share;
    const parts = [
      `${percent(share)}, ${totals.done} of ${counted(wantedCount(transfers), "file")}`,
      totals.bytesPerSecond > 0 ? readableRate(totals.bytesPerSecond) : "",
      totals.secondsLeft === undefined ? "" : `${readableSeconds(totals.secondsLeft)} left`,
    ];
    return parts.filter((part) => part !== "").join(", ");
  };
}
