import { foldersText } from "../../domain/file-name.ts";
import { counted, readableBytes } from "../../domain/readable.ts";
import type { Transfer, TransferTotals } from "../../transfer/engine.ts";

/** Running, or queued for a free slot. */
export function isUnderWay({ state }: Transfer): boolean {
  return state === "queued" || state === "running" || state === "verifying";
}

/** What a transfer does, in one word. */
export function activityWord({ retry, silentSeconds, state }: Transfer): string {
  if (retry !== undefined) return "retrying";
  return silentSeconds === undefined ? state : "stalled";
}

function isDone({ state }: Transfer): boolean {
  return state === "saved" || state === "skipped";
}

export function hasEnded(transfer: Transfer): boolean {
  return isDone(transfer) || transfer.state === "failed" || transfer.state === "cancelled";
}

export function isCancellable(transfer: Transfer): boolean {
  return transfer.state === "failed" || !hasEnded(transfer);
}

export function wantedCount(transfers: readonly Transfer[]): number {
  return transfers.filter(({ state }) => state !== "cancelled").length;
}

/** Share on disk from 0 to 1, or undefined if the size is unknown. */
export function transferShare(transfer: Transfer): number | undefined {
  if (transfer.state === "saved" || transfer.state === "skipped") return 1;
  if (transfer.bytesTotal === undefined || transfer.state === "cancelled") return undefined;
  if (transfer.bytesTotal === 0) return 0;
  return Math.min(1, transfer.bytesDone / transfer.bytesTotal);
}

/** Share of all files from 0 to 1, or undefined if no size is known. */
export function totalShare({ bytesDone, bytesTotal }: TransferTotals): number | undefined {
  return bytesTotal > 0 ? Math.min(1, bytesDone / bytesTotal) : undefined;
}

/** 100 only if nothing is missing. */
export function percent(share: number | undefined): string {
  return share === undefined ? "" : `${Math.floor(share * 100)}%`;
}

export function doneSince(before: readonly Transfer[], now: readonly Transfer[]): Transfer[] {
  const done = new Set(before.filter(isDone).map(({ id }) => id));
  return now.filter((one) => isDone(one) && !done.has(one.id));
}

/** Includes downloads that failed again after a retry. */
export function failedSince(before: readonly Transfer[], now: readonly Transfer[]): Transfer[] {
  const errors = new Map(before.map(({ error, id }) => [id, error]));
  return now.filter(({ error, id, state }) => state === "failed" && errors.get(id) !== error);
}

/** "Saved 2 files, 9 MB; 1 file already there, in /d." */
export function doneWords(done: readonly Transfer[]): string {
  const saved = done.filter(({ state }) => state === "saved");
  const bytes = saved.reduce((sum, { bytesTotal }) => sum + (bytesTotal ?? 0), 0);
  const there = done.length - saved.length;
  const parts = [
    ...(saved.length > 0
      ? [`Saved ${counted(saved.length, "file")}, ${readableBytes(bytes)}`]
      : []),
    ...(there > 0 ? [`${counted(there, "file")} already there`] : []),
  ];
  return `${parts.join("; ")}, in ${foldersText(done.map(({ directory }) => directory))}.`;
}
