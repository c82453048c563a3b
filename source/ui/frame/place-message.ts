import type { AppError } from "../../base/errors.ts";
import { availabilityText, endsSoon } from "../../domain/availability.ts";
import { keyOf } from "../../keys/key-table.ts";
import { isCovered, paneOf } from "../../store/selectors/layout.ts";
import { currentPlace, currentRow } from "../../store/selectors/table.ts";
import { finishedPath, folderAdvice, partPath } from "../../store/state/download-phases.ts";
import { failureOf, isPending } from "../../store/state/row.ts";
import type { State } from "../../store/state/state.ts";
import { cellWidth, truncateEnd, truncateMiddle } from "../../text/cells.ts";
import { standingInPreview } from "../screens/preview-lines.ts";
import { spansWidth } from "../spans.ts";
import type { Span } from "../theme.ts";
import { countSpans } from "./counts.ts";

/** Longest first. The shorter ones begin with the reason, because the row names the file. */
function failureTexts(error: AppError): string[] {
  const { advice, answered, brief, isOfFolder, message } = error;
  const withAdvice = (text: string) => `! ${text}.${advice ? ` ${advice}` : ""}`;
  if (!isOfFolder) return [`! ${message}`, withAdvice(answered), withAdvice(brief)];
  return [`! ${answered}. ${folderAdvice}`, `! ${refusal(error)}. ${folderAdvice}`];
}

function refusal({ brief, reason }: AppError): string {
  return reason === "no-space" ? "disk full" : brief;
}

/** For a screen on which none of the others fits, even alone. */
function shortestText(error: AppError): string[] {
  return error.isOfFolder ? [`! ${refusal(error)}. o changes the folder.`] : [];
}

/** The failure of the row under the cursor. */
export function failureHere(state: State): AppError | undefined {
  const isDownloads = currentPlace(state).kind === "downloads" && !isCovered(state);
  return isDownloads ? failureOf(currentRow(state)) : undefined;
}

/** Cells for the message of the place: beside the counts, unless the advice of a failure would not fit. */
export function messageCells(state: State, most: number): number {
  const { columns } = state.viewport;
  const cells = columns - spansWidth(countSpans(state, most)) - 2;
  const error = failureHere(state);
  const fits = (text: string) => cellWidth(text) < cells;
  return error === undefined || failureTexts(error).some(fits) ? cells : columns - 2;
}

/** The first text that fits, or the last. */
function fitting(texts: readonly string[], cells: number): string {
  return texts.find((one) => cellWidth(one) <= cells) ?? texts.at(-1) ?? "";
}

/** The place's own message, shown if no notice is newer. */
function placeMessage(state: State, cells: number): Span[] {
  const place = currentPlace(state);
  if (state.leaving === "waiting") {
    return [{ text: "Will quit when downloads finish.", tone: "warning" }];
  }
  if (isCovered(state) || state.session.phase !== "signed-in") return [];
  if (place.kind === "preview") return standingInPreview(state);
  if (place.kind === "files" && isPending(place.fileSet)) {
    return [{ text: "PENDING: its publisher is still adding files.", tone: "warning" }];
  }
  const row = currentRow(state);
  const isInDetails = paneOf(state) === "details";
  if (row?.kind === "file-set" && !isInDetails && endsSoon(row.item.availableTo, state.nowMs)) {
    const remaining = availabilityText(row.item.availableTo, state.nowMs);
    return [{ text: `Expires soon: ${remaining}.`, tone: "warning" }];
  }
  const error = failureOf(row);
  const cut = (text: string) => cutText(text, cells, keyOf(state, "details"));
  if (error) {
    const texts = [...failureTexts(error), ...shortestText(error)];
    return [{ text: cut(fitting(texts, cells)), tone: "bad" }];
  }
  if (row?.kind !== "transfer") return [];
  const { retry } = row.item;
  const path = finishedPath(row.item) ?? partPath(row.item);
  if (retry) {
    const texts = [retry.error.answered, retry.error.brief].map((text) => `! ${text}.`);
    return [{ text: cut(fitting(texts, cells)), tone: "warning" }];
  }
  return [{ text: truncateMiddle(path ?? "", cells), tone: "muted" }];
}

const messageGap = "   ";
const folderLabel = "Folder: ";
/** A shorter path would be useless. */
const leastFolderCells = 12;

/** The folder that downloads go to, on the screens where `d` sends them there. */
function folderSpans(state: State, cells: number): Span[] {
  const isBrowsing = state.session.phase === "signed-in" && !isCovered(state);
  if (!isBrowsing || currentPlace(state).kind === "downloads") return [];
  const key = keyOf(state, "folder");
  const change = key === undefined ? "" : ` (${key})`;
  const { directory } = state;
  const least = Math.min(leastFolderCells, cellWidth(directory));
  const around = [
    [folderLabel, change],
    [folderLabel, ""],
    ["", ""],
  ] as const;
  for (const [before, after] of around) {
    const room = cells - before.length - after.length;
    if (room < least) continue;
    return [{ text: `${before}${truncateMiddle(directory, room)}${after}`, tone: "muted" }];
  }
  return [];
}

/** The folder comes first, so that a message that appears does not move it. */
export function folderAndMessage(state: State, cells: number): Span[] {
  const message = placeMessage(state, cells);
  if (message.length === 0) return folderSpans(state, cells);
  const folder = folderSpans(state, cells - spansWidth(message) - messageGap.length);
  return folder.length === 0 ? message : [...folder, { text: messageGap }, ...message];
}

/** Fewer cells show only the key. */
const roomy = 60;

/** Names the key that shows the whole text if it does not fit. */
export function cutText(text: string, cells: number, key: string | undefined): string {
  if (cellWidth(text) <= cells || key === undefined) return truncateEnd(text, cells);
  const more = cells < roomy ? ` (${key})` : ` ${key} shows all`;
  return `${truncateEnd(text, cells - more.length)}${more}`;
}
