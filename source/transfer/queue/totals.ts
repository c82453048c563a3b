import type { Transfer, TransferTotals } from "../engine.ts";
import { isActive } from "./record.ts";

/** The sums over all transfers. Cancelled ones count no bytes: nobody wants them. */
export function totalsOf(transfers: readonly Transfer[]): TransferTotals {
  const totals = {
    running: 0,
    queued: 0,
    done: 0,
    failed: 0,
    bytesDone: 0,
    bytesTotal: 0,
    bytesPerSecond: 0,
  };
  let bytesLeft = 0;
  for (const { state, bytesDone, bytesTotal, bytesPerSecond } of transfers) {
    if (isActive(state)) totals.running += 1;
    if (state === "queued") totals.queued += 1;
    if (state === "saved" || state === "skipped") totals.done += 1;
    if (state === "failed") totals.failed += 1;
    totals.bytesPerSecond += bytesPerSecond;
    if (bytesTotal === undefined || state === "cancelled") continue;
    totals.bytesDone += bytesDone;
    totals.bytesTotal += bytesTotal;
    if (isActive(state) || state === "queued") bytesLeft += bytesTotal - bytesDone;
  }
  return totals.bytesPerSecond > 0
    ? { ...totals, secondsLeft: bytesLeft / totals.bytesPerSecond }
    : totals;
}
