import { counted, readableCount } from "../../domain/readable.ts";
import type { State } from "../state.ts";
import { isUnderWay } from "../transfer-phases.ts";

/** True where leaving would cut something short: downloads, or what is looked up for them. */
export function isBusy({ task, transfers }: State): boolean {
  return task !== undefined || transfers.transfers.some(isUnderWay);
}

/** What the question about quitting says of what goes on. */
export function quitQuestion({ task, transfers: { totals, transfers } }: State): string {
  const underWay = transfers.filter(isUnderWay).length;
  if (underWay === 0) {
    return task === undefined ? "All downloads have ended." : `Quit? ${task} is still going on.`;
  }
  const running = underWay - totals.queued;
  const waiting = totals.queued > 0 ? `, ${readableCount(totals.queued)} waiting` : "";
  return `Quit? ${counted(running, "download")} running${waiting}.`;
}
