import { readableRate } from "../../domain/readable.ts";
import { percent, totalShare, wantedCount } from "../../store/state/download-phases.ts";
import type { TransfersSnapshot } from "../../transfer/engine.ts";
import type { Span } from "../theme.ts";

/** What every screen says of the downloads: "↓ 2/7 41% 18 MB/s"; nothing where nothing is open. */
export function transferBadge({ transfers, totals }: TransfersSnapshot): Span[] {
  const paused = transfers.filter(({ state }) => state === "paused").length;
  const active = transfers.some(({ state }) => state === "running" || state === "verifying");
  const failed: Span[] =
    totals.failed > 0 ? [{ text: `${totals.failed} failed`, tone: "bad" }, { text: " " }] : [];
  if (active || totals.queued > 0) {
    const parts = [`↓ ${totals.done}/${wantedCount(transfers)}`, percent(totalShare(totals))];
    if (totals.bytesPerSecond > 0) parts.push(readableRate(totals.bytesPerSecond));
    return [...failed, { text: parts.filter((part) => part !== "").join(" "), tone: "accent" }];
  }
  if (paused > 0) return [...failed, { text: `↓ ${paused} paused`, tone: "warning" }];
  return failed.slice(0, 1);
}
