import { dirname } from "node:path";
import { counted, readableBytes } from "../../domain/readable.ts";
import type { Transfer } from "../../transfer/engine.ts";
import { canCancel } from "../state/download-phases.ts";
import type { DownloadRoom } from "../state/overlay.ts";
import type { State } from "../state/state.ts";
import type { Choice } from "./copyable.ts";
import { chosenTransfers, markedRows } from "./table.ts";

/** More than this is not downloaded without a question. */
const mostFilesUnasked = 100;
const mostBytesToDownload = 10_000_000_000;

export function fits({ bytes, freeBytes }: DownloadRoom): boolean {
  return freeBytes === undefined || bytes <= freeBytes;
}

export function needsRoomQuestion(room: DownloadRoom): boolean {
  return !fits(room) || room.files > mostFilesUnasked || room.bytes > mostBytesToDownload;
}

export function roomQuestion({ downloadQuestions }: State): string {
  const room = downloadQuestions?.room;
  return room === undefined ? "" : roomText(room);
}

export function roomText(room: DownloadRoom): string {
  const { bytes, directory, files, freeBytes } = room;
  const [size, free] = [readableBytes(bytes), readableBytes(freeBytes)];
  const what = counted(files, "file");
  if (!fits(room)) {
    return `Not enough disk space in ${directory}: ${size} needed for ${what}, ${free} free.`;
  }
  const left = freeBytes === undefined ? "" : ` ${free} free.`;
  return `Download ${what} (${size}) to ${directory}?${left}`;
}

export function roomChoices({ downloadQuestions }: State): Choice[] {
  const room = downloadQuestions?.room;
  if (room === undefined) return [];
  const folder = { id: "folder", title: "Choose another folder", about: "" };
  const cancel = { id: "no", title: "Cancel", about: "" };
  return fits(room)
    ? [{ id: "yes", title: "Download", about: "" }, folder, cancel]
    : [
        folder,
        { id: "yes", title: "Download anyway", about: "files without space will fail" },
        cancel,
      ];
}

/** More than this on disk is not cancelled without a question. */
const mostBytesUnasked = 100_000_000;

function bytesOnDisk(transfers: readonly Transfer[]): number {
  return transfers.reduce((sum, { bytesDone }) => sum + bytesDone, 0);
}

export function cancellableTransfers(state: State): Transfer[] {
  return chosenTransfers(state).filter(canCancel);
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
  return transfers.transfers.filter((one) => ids.has(one.id) && canCancel(one));
}

export function cancelQuestion(state: State): string {
  const asked = askedToCancel(state);
  const [first] = asked;
  if (!first) return "These downloads have ended.";
  const what = asked.length === 1 ? first.file.name : counted(asked.length, "download");
  const bytes = bytesOnDisk(asked);
  return `Cancel ${what}?${bytes > 0 ? ` ${readableBytes(bytes)} on disk.` : ""}`;
}

/** A pager shows no zip. */
const isZip = /\.zip$/i;

export function openChoices(path: string): Choice[] {
  const pager = { id: "pager", title: "Show in the pager", about: "PAGER, or less" };
  return [
    { id: "preview", title: "Preview", about: "the records, from disk" },
    ...(isZip.test(path) ? [] : [pager]),
    { id: "shell", title: "Open a shell in its folder", about: dirname(path) },
    { id: "details", title: "Show details", about: "" },
  ];
}

export function cancelChoices(state: State): Choice[] {
  const keep = { id: "keep", title: "Keep downloading", about: "" };
  const count = askedToCancel(state).length;
  if (count === 0) return [keep];
  const title = count === 1 ? "Cancel it" : `Cancel all ${count}`;
  return [{ id: "cancel", title, about: "u restores within a minute" }, keep];
}
