import { counted, readableCount } from "../../domain/readable.ts";
import { isUnderWay } from "../state/download-phases.ts";
import type { TakenQuestion } from "../state/name-conflict.ts";
import type { State } from "../state/state.ts";

/** True where leaving would cut something short: downloads, or what is looked up or asked for them. */
export function isBusy({ taken, task, transfers }: State): boolean {
  return task !== undefined || taken !== undefined || transfers.transfers.some(isUnderWay);
}

function waitingNames({ names }: TakenQuestion): string {
  const [their, are] = names.length === 1 ? ["its name", "is"] : ["their names", "are"];
  const files = counted(names.length, "file waits", "files wait");
  return `${files} for an answer: ${their} ${are} taken.`;
}

/** What the question about quitting says of what goes on. */
export function quitQuestion({ taken, task, transfers: { totals, transfers } }: State): string {
  const underWay = transfers.filter(isUnderWay).length;
  if (underWay === 0) {
    if (task !== undefined) return `Quit? ${task} is still going on.`;
    return taken === undefined ? "All downloads have ended." : `Quit? ${waitingNames(taken)}`;
  }
  const running = underWay - totals.queued;
  const waiting = totals.queued > 0 ? `, ${readableCount(totals.queued)} waiting` : "";
  return `Quit? ${counted(running, "download")} running${waiting}.`;
}
