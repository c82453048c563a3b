import { counted, readableBytes } from "../../domain/readable.ts";
import type { Transfer } from "../../transfer/engine.ts";
import { isCancellable } from "../state/download-phases.ts";
import type { State } from "../state/state.ts";
import type { Choice } from "./copyable.ts";
import { chosenTransfers, markedRows } from "./table.ts";

/** More than this on disk is not cancelled without a question. */
const mostBytesUnasked = 100_000_000;

function bytesOnDisk(transfers: readonly Transfer[]): number {
  return transfers.reduce((sum, { bytesDone }) => sum + bytesDone, 0);
}

export function cancellableTransfers(state: State): Transfer[] {
  return chosenTransfers(state).filter(isCancellable);
}

export function needsQuestion(transfers: readonly Transfer[]): boolean {
  return transfers.length > 1 || bytesOnDisk(transfers) > mostBytesUnasked;
}

function isRestorable({ cancelledAtMs }: Transfer): boolean {
  return cancelledAtMs !== undefined;
}

/** The chosen downloads; if the cursor chose none or one of those cancelled together last, all of these. */
export function restorableTransfers(state: State): Transfer[] {
  const chosen = chosenTransfers(state).filter(isRestorable);
  const last = new Set(state.cancelledLast);
  const isOfLast = ({ id }: Transfer) => last.has(id);
  const isOther = chosen.length > 0 && !chosen.some(isOfLast);
  if (isOther || markedRows(state).length > 0) return chosen;
  return state.transfers.transfers.filter((one) => isOfLast(one) && isRestorable(one));
}

/** The downloads that the question is about, without those that ended meanwhile. */
export function askedToCancel({ overlay, transfers }: State): Transfer[] {
  const ids = new Set(overlay?.kind === "cancel-downloads" ? overlay.ids : []);
  return transfers.transfers.filter((one) => ids.has(one.id) && isCancellable(one));
}

export function cancelQuestion(state: State): string {
  const asked = askedToCancel(state);
  const [first] = asked;
  if (!first) return "These downloads have ended.";
  const what = asked.length === 1 ? first.file.name : counted(asked.length, "download");
  const bytes = bytesOnDisk(asked);
  return `Cancel ${what}?${bytes > 0 ? ` ${readableBytes(bytes)} on disk.` : ""}`;
}

export function cancelChoices(state: State): Choice[] {
  const keep = { id: "keep", title: "Keep downloading", about: "" };
  const count = askedToCancel(state).length;
  if (count === 0) return [keep];
  const title = count === 1 ? "Cancel it" : `Cancel all ${count}`;
  return [{ id: "cancel", title, about: "u on Downloads restores within a minute" }, keep];
}
