import type { AppError } from "../../base/errors.ts";
import { availabilityWords, endsSoon } from "../../domain/availability.ts";
import { counted, readableBytes, readableCount } from "../../domain/readable.ts";
import { hintGap, hintMargin, keyOf, shownHints } from "../../keys/key-table.ts";
import { overlayTextHeight } from "../../store/selectors/details.ts";
import { isCovered, overlayRows, paneOf, statusHeight } from "../../store/selectors/layout.ts";
import { noticeLines, standingNotice } from "../../store/selectors/notice.ts";
import { tableKind } from "../../store/selectors/series.ts";
import {
  countsOf,
  currentPlace,
  currentRow,
  markedRows,
  rowsOf,
  viewOf,
} from "../../store/selectors/table.ts";
import { watchHere } from "../../store/selectors/watch-target.ts";
import { finishedPath, fullDiskAdvice, partPath } from "../../store/state/download-phases.ts";
import { isTable, type Place, rowWords, type TablePlace } from "../../store/state/place.ts";
import { isPending } from "../../store/state/row.ts";
import type { Notice, NoticeLevel, State } from "../../store/state/state.ts";
import type { TextField } from "../../store/state/text-field.ts";
import { cellWidth, truncateEnd, truncateMiddle } from "../../text/cells.ts";
import { recordPosition, standingInPreview } from "../screens/preview-lines.ts";
import { fieldSpans, spansWidth, spreadSpans } from "../spans.ts";
import type { Span, Tone } from "../theme.ts";
import { waitingFor, waitingText } from "./waiting-for.ts";

const spinnerFrames = ["|", "/", "-", "\\"] as const;
export const spinnerMs = 200;

function stands({ filterField, settings }: State): boolean {
  return settings.motion === "reduced" || filterField !== undefined;
}

export function isSpinning(state: State, host: string): boolean {
  return waitingFor(state, host) !== undefined && !stands(state);
}

/** Longest first. */
const filterHelp = [
  "all words match; !word excludes; ~word is fuzzy",
  "word !excluded ~fuzzy",
] as const;

/** Longest first. */
const searchHelp = [
  "whole text matches; a capital letter makes it case-sensitive",
  "whole text; capitals matter",
] as const;

function typedSpans(state: State, field: TextField): Span[] {
  const cells = Math.max(10, Math.floor(state.viewport.columns * 0.4));
  const help = currentPlace(state).kind === "preview" ? searchHelp : filterHelp;
  const placeholder = help.find((text) => text.length < cells);
  return [
    { text: " /", tone: "accent" },
    ...fieldSpans(field, { cells, focused: true, placeholder }),
  ];
}

/** `waitedMs` is for how long something has been pending; it turns the spinner. */
export function statusSpans(state: State, host: string, waitedMs: number): Span[][] {
  const step = Math.floor(waitedMs / spinnerMs);
  const spinner = stands(state) ? "-" : (spinnerFrames[step % spinnerFrames.length] ?? "|");
  const { columns } = state.viewport;
  const most = Math.floor(columns * 0.6);
  const waiting = waitingText(state, host, waitedMs);
  const pending: Span[] | undefined =
    waiting === undefined
      ? undefined
      : [{ text: ` ${spinner} `, tone: "accent" }, { text: waiting }];
  const lines = statusLines(state, pending, messageCells(state, most));
  // Show the whole notice or failure; the counts take the remaining cells.
  const isWhole = standingNotice(state) !== undefined || failureHere(state) !== undefined;
  const typed = state.filterField && typedSpans(state, state.filterField);
  const left = typed ?? (isWhole ? lines.at(-1) : undefined);
  const room = left === undefined ? most : columns - spansWidth(left) - 4;
  const counts = countSpans(state, Math.min(most, room));
  const isHidden = waiting !== undefined && state.notice !== undefined;
  const right: Span[] = isHidden ? [{ text: `${spinner} `, tone: "accent" }, ...counts] : counts;
  if (typed) return [spreadSpans(typed, right, columns)];
  return lines.map((line, index) =>
    index === lines.length - 1 ? spreadSpans(line, right, columns) : [...line],
  );
}

export const levelTones: Readonly<Record<NoticeLevel, Tone>> = {
  note: "plain",
  warning: "warning",
  error: "bad",
};

const levelMarks: Readonly<Record<NoticeLevel, string>> = { note: "", warning: "! ", error: "! " };

/** Longest first. The shorter ones begin with the reason, because the row names the file. */
function failureTexts(error: AppError): string[] {
  const { advice, answered, brief, message, reason } = error;
  const withAdvice = (text: string) => `! ${text}.${advice ? ` ${advice}` : ""}`;
  if (reason !== "no-space") return [`! ${message}`, withAdvice(answered), withAdvice(brief)];
  return [`! ${answered}. ${fullDiskAdvice}`, `! disk full. ${fullDiskAdvice}`];
}

/** The failure of the row under the cursor. */
function failureHere(state: State): AppError | undefined {
  const isDownloads = currentPlace(state).kind === "downloads" && !isCovered(state);
  const row = isDownloads ? currentRow(state) : undefined;
  return row?.kind === "transfer" ? row.item.error : undefined;
}

/** Cells for the message of the place: beside the counts, unless the advice of a failure would not fit. */
function messageCells(state: State, most: number): number {
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
    const remaining = availabilityWords(row.item.availableTo, state.nowMs);
    return [{ text: `Expires soon: ${remaining}.`, tone: "warning" }];
  }
  if (row?.kind !== "transfer") return [];
  const { error, retry } = row.item;
  const path = finishedPath(row.item) ?? partPath(row.item);
  const cut = (text: string) => cutText(text, cells, keyOf(state, "details"));
  if (error) {
    return [{ text: cut(fitting(failureTexts(error), cells)), tone: "bad" }];
  }
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
function folderAndMessage(state: State, cells: number): Span[] {
  const message = placeMessage(state, cells);
  if (message.length === 0) return folderSpans(state, cells);
  const folder = folderSpans(state, cells - spansWidth(message) - messageGap.length);
  return folder.length === 0 ? message : [...folder, { text: messageGap }, ...message];
}

/** Fewer cells show only the key. */
const roomy = 60;

/** Names the key that shows the whole text if it does not fit. */
function cutText(text: string, cells: number, key: string | undefined): string {
  if (cellWidth(text) <= cells || key === undefined) return truncateEnd(text, cells);
  const more = cells < roomy ? ` (${key})` : ` ${key} shows all`;
  return `${truncateEnd(text, cells - more.length)}${more}`;
}

function shownNotice(state: State, notice: Notice): string[] {
  const { columns } = state.viewport;
  const all = noticeLines(notice, columns);
  const height = statusHeight(state);
  const last = all.slice(height - 1).join(" ");
  return [
    ...all.slice(0, height - 1),
    cutText(last, columns - 4, keyOf(state, "notices", "read-errors")),
  ];
}

/** The last line shares its row with the counts, and gets `cells` cells. */
function statusLines(state: State, pending: Span[] | undefined, cells: number): Span[][] {
  const notice = standingNotice(state);
  if (notice) {
    const tone = levelTones[notice.level];
    return shownNotice(state, notice).map((text, index) => [
      { text: ` ${index === 0 ? levelMarks[notice.level] : "  "}${text}`, tone },
    ]);
  }
  if (pending !== undefined) return [pending];
  return [[{ text: " " }, ...folderAndMessage(state, cells - 1)]];
}

export function hintSpans(state: State): Span[] {
  return shownHints(state).flatMap(({ isAvailable, keys, title }, index): Span[] => [
    { text: index === 0 ? hintMargin : hintGap },
    { text: keys, tone: isAvailable ? "strong" : "muted" },
    { text: ` ${title}`, tone: "muted" },
  ]);
}

function marksText(state: State): string {
  const marked = markedRows(state);
  if (marked.length === 0) return "";
  let bytes = 0;
  let files = 0;
  for (const row of marked) {
    if (row.kind === "file") bytes += row.item.fileSizeInBytes ?? 0;
    if (row.kind === "transfer") bytes += row.item.bytesTotal ?? 0;
    if (row.kind === "file-set") files += row.item.numFiles;
  }
  const amount =
    bytes > 0 ? `, ${readableBytes(bytes)}` : files > 0 ? `, ${counted(files, "file")}` : "";
  const isRange = viewOf(state, currentPlace(state)).rangeFrom !== undefined;
  const end = isRange ? "; v ends the range" : "";
  return `${readableCount(marked.length)} marked${amount}${end}`;
}

/** "3/12 of 4,310 file sets" */
function position(state: State, place: TablePlace): string {
  const { all, row, shown } = countsOf(state, place);
  if (all === 0) return "";
  const [one, many] = rowWords[tableKind(state, place)];
  const of = all > shown ? ` of ${readableCount(all)}` : "";
  const word = all === 1 ? one : many;
  return `${readableCount(row)}/${readableCount(shown)}${of} ${word}`;
}

function unreadText({ notice, unreadErrors }: State): string {
  const unread = unreadErrors - (notice?.level === "error" ? 1 : 0);
  return unread > 0 ? `! ${counted(unread, "error")} to read: e` : "";
}

function viewText(state: State, place: Place): string {
  if (place.kind !== "file-sets") return "";
  const { newestOnly, series } = viewOf(state, place);
  if (series && !series.opened) return "by series (b)";
  return newestOnly ? "newest only (n)" : "";
}

function watchText(state: State, place: Place): string {
  const watch = place.kind === "file-sets" ? watchHere(state) : undefined;
  if (watch === undefined) return "";
  if (watch === "paused") return "watch paused (w)";
  return watch === "live" ? "watched (w)" : `watched: ${watch} (w)`;
}

function belowText(state: State): string {
  const { overlay } = state;
  if (overlay?.kind !== "details" && overlay?.kind !== "notices") return "";
  const hidden = overlayTextHeight(state) - overlayRows(state);
  const below = hidden - Math.min(overlay.top, Math.max(0, hidden));
  return below > 0 ? `${readableCount(below)} more below` : "";
}

interface Count extends Span {
  /** Shown if it fits too. */
  more?: string;
}

/** The counts that fit, the first ones first; with `keepsLast` the last one before all others. */
function fitCounts(counts: readonly Count[], cells: number, keepsLast: boolean): Span[] {
  const last = keepsLast ? (counts.at(-1)?.text.length ?? 0) : 0;
  const spans: Span[] = [];
  let used = 1;
  for (const [index, { more = "", text, tone }] of counts.entries()) {
    const width = text.length + (spans.length > 0 ? 3 : 0);
    const reserved = last > 0 && index < counts.length - 1 ? last + 3 : 0;
    if (text === "" || used + width + reserved > cells) continue;
    const isMoreShown = used + width + more.length <= cells;
    if (spans.length > 0) spans.push({ text: "   " });
    spans.push({ text: isMoreShown ? text + more : text, tone });
    used += width + (isMoreShown ? more.length : 0);
  }
  return spans.length === 0 ? [] : [...spans, { text: " " }];
}

function countSpans(state: State, cells: number): Span[] {
  const place = currentPlace(state);
  const below = belowText(state);
  if (below !== "") return [{ text: `${below} `, tone: "muted" }];
  if (isCovered(state) || state.session.phase !== "signed-in" || place.kind === "bucket") return [];
  const size = isTable(place) ? rowsOf(state, place).size() : undefined;
  const counts: Count[] = [
    { text: unreadText(state), tone: "bad" },
    { text: marksText(state), tone: "warning" },
    { text: viewText(state, place), tone: "accent" },
    { text: watchText(state, place), tone: "accent" },
    {
      text: isTable(place) ? position(state, place) : recordPosition(state),
      more: size === undefined ? "" : `, ${size}`,
    },
  ];
  // While a filter is typed, the number of matches counts most.
  return fitCounts(counts, cells, state.filterField !== undefined);
}
