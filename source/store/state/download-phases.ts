import { foldersText } from "../../domain/file-name.ts";
import { counted, readableBytes } from "../../domain/readable.ts";
import type { Transfer, TransferTotals } from "../../transfer/engine.ts";

export const folderAdvice = "o changes the folder and downloads it there.";

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

export function canCancel(transfer: Transfer): boolean {
  return transfer.state === "failed" || !hasEnded(transfer);
}

/** The complete file; undefined while there is none. */
export function finishedPath(transfer: Transfer): string | undefined {
  return isDone(transfer) ? transfer.path : undefined;
}

/** The partial file, once it has bytes. */
export function partPath(transfer: Transfer): string | undefined {
  const { bytesDone, path } = transfer;
  return path === undefined || isDone(transfer) || bytesDone === 0 ? undefined : `${path}.part`;
}

/** The first of these states that some download is in is the state of all together. */
const leadingStates = [
  "running",
  "verifying",
  "queued",
  "paused",
  "failed",
  "saved",
  "skipped",
] as const;

/** The downloads of one file set as if they were one; cancelled ones do not count, unless all are. */
export function sumOf(transfers: readonly Transfer[]): Transfer {
  const [first] = transfers;
  const kept = transfers.filter(({ state }) => state !== "cancelled");
  const wanted = kept.length > 0 ? kept : transfers;
  const sum = (number: (one: Transfer) => number | undefined) =>
    wanted.reduce((all, one) => all + (number(one) ?? 0), 0);
  const bytesDone = sum((one) => one.bytesDone);
  const bytesHeld = sum((one) => one.bytesHeld);
  const bytesTotal = sum((one) => one.bytesTotal);
  const bytesPerSecond = sum((one) => one.bytesPerSecond);
  const fileSetId = first?.file.fileSetId ?? "";
  const name = first?.file.fileSetName ?? `File set ${fileSetId}`;
  return {
    id: fileSetId,
    file: {
      fileId: fileSetId,
      fileSetId,
      fileSetName: name,
      packageName: first?.file.packageName,
      name,
      bytes: bytesTotal,
    },
    directory: foldersText(transfers.map(({ directory }) => directory)),
    state: leadingStates.find((state) => wanted.some((one) => one.state === state)) ?? "cancelled",
    bytesDone,
    bytesHeld,
    bytesTotal,
    bytesPerSecond,
    bytesFetched: sum((one) => one.bytesFetched),
    seconds: wanted.reduce((most, { seconds }) => Math.max(most, seconds), 0),
    secondsLeft:
      bytesPerSecond > 0 ? (bytesTotal - bytesDone - bytesHeld) / bytesPerSecond : undefined,
  };
}

export function wantedCount(transfers: readonly Transfer[]): number {
  return transfers.filter(({ state }) => state !== "cancelled").length;
}

/** Share on disk or in memory from 0 to 1, or undefined if the size is unknown. */
export function transferShare(transfer: Transfer): number | undefined {
  if (transfer.state === "saved" || transfer.state === "skipped") return 1;
  const { bytesDone, bytesHeld = 0, bytesTotal } = transfer;
  if (bytesTotal === undefined || transfer.state === "cancelled") return undefined;
  return bytesTotal === 0 ? 0 : Math.min(1, (bytesDone + bytesHeld) / bytesTotal);
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

/** "Saved 2 files, 9 MB; 1 file already up to date, in /d." */
export function doneText(done: readonly Transfer[]): string {
  const saved = done.filter(({ state }) => state === "saved");
  const bytes = saved.reduce((sum, { bytesTotal }) => sum + (bytesTotal ?? 0), 0);
  const there = done.length - saved.length;
  const parts = [
    ...(saved.length > 0
      ? [`Saved ${counted(saved.length, "file")}, ${readableBytes(bytes)}`]
      : []),
    ...(there > 0 ? [`${counted(there, "file")} already up to date`] : []),
  ];
  return `${parts.join("; ")}, in ${foldersText(done.map(({ directory }) => directory))}.`;
}
