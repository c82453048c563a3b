import { foldersText } from "../../domain/folders.ts";
import { counted, readableBytes } from "../../domain/readable.ts";
import type { Transfer, TransferTotals } from "../../transfer/engine.ts";

/** It runs, or will as soon as a slot is free. */
export function isUnderWay({ state }: Transfer): boolean {
  return state === "queued" || state === "running" || state === "verifying";
}

/** Its file is complete. */
function isDone({ state }: Transfer): boolean {
  return state === "saved" || state === "skipped";
}

/** It does not change any more by itself. */
export function hasEnded(transfer: Transfer): boolean {
  return isDone(transfer) || transfer.state === "failed" || transfer.state === "cancelled";
}

export function wantedCount(transfers: readonly Transfer[]): number {
  return transfers.filter(({ state }) => state !== "cancelled").length;
}

/** Share of the file that is on disk, 0 to 1; undefined while its size is not known. */
export function transferShare(transfer: Transfer): number | undefined {
  if (transfer.state === "saved" || transfer.state === "skipped") return 1;
  if (transfer.bytesTotal === undefined || transfer.state === "cancelled") return undefined;
  if (transfer.bytesTotal === 0) return 0;
  return Math.min(1, transfer.bytesDone / transfer.bytesTotal);
}

/** The same of all files together; undefined while no size is known. */
export function totalShare({ bytesDone, bytesTotal }: TransferTotals): number | undefined {
  return bytesTotal > 0 ? Math.min(1, bytesDone / bytesTotal) : undefined;
}

/** A share as a whole percentage; 100 only when nothing is missing. */
export function percent(share: number | undefined): string {
  return share === undefined ? "" : `${Math.floor(share * 100)}%`;
}

export function doneSince(before: readonly Transfer[], now: readonly Transfer[]): Transfer[] {
  const done = new Set(before.filter(isDone).map(({ id }) => id));
  return now.filter((one) => isDone(one) && !done.has(one.id));
}

/** The downloads of `now` that failed since `before`, perhaps once more. */
export function failedSince(before: readonly Transfer[], now: readonly Transfer[]): Transfer[] {
  const errors = new Map(before.map(({ error, id }) => [id, error]));
  return now.filter(({ error, id, state }) => state === "failed" && errors.get(id) !== error);
}

/** What came of downloads whose files are there now: "Saved 2 files, 9 MB; 1 file already there, in /d." */
export function doneWords(done: readonly Transfer[]): string {
  const saved = done.filter(({ state }) => state === "saved");
  const bytes = saved.reduce((sum, { bytesTotal }) => sum + (bytesTotal ?? 0), 0);
  const there = done.length - saved.length;
  const told = [
    ...(saved.length > 0
      ? [`Saved ${counted(saved.length, "file")}, ${readableBytes(bytes)}`]
      : []),
    ...(there > 0 ? [`${counted(there, "file")} already there`] : []),
  ];
  return `${told.join("; ")}, in ${foldersText(done.map(({ directory }) => directory))}.`;
}
