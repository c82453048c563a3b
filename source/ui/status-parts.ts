import type { SignInPause } from "../api/service.ts";
import {
  counted,
  readableBytes,
  readableClock,
  readableCount,
  readableSeconds,
} from "../domain/readable.ts";
import { type Entry, isPending } from "../store/entry.ts";
import { noticeLines, statusHeight } from "../store/layout.ts";
import type { Listing } from "../store/listing.ts";
import type { Level, Notice } from "../store/notice.ts";
import {
  isListed,
  isTable,
  type Place,
  placeKey,
  rowWords,
  type TableKind,
} from "../store/place.ts";
import {
  currentEntry,
  currentPlace,
  cursorIn,
  markedEntries,
  rowsOf,
  viewOf,
} from "../store/selectors/table.ts";
import type { State } from "../store/state.ts";
import { isEnded } from "../store/transfer-phases.ts";
import { truncateEnd, truncateMiddle } from "../terminal/cells.ts";
import { recordPosition, standingInPreview, waitingInPreview } from "./preview-status.ts";
import type { Span, Tone } from "./theme.ts";

export const levelTones: Readonly<Record<Level, Tone>> = {
  note: "plain",
  warning: "warning",
  error: "bad",
};

const levelMarks: Readonly<Record<Level, string>> = { note: "", warning: "! ", error: "! " };

/** What is waited for, in words; undefined when nothing is. */
export function waitingFor(state: State, host: string): string | undefined {
  const { bucket, leaving, overlay, session, task } = state;
  if (leaving === "stopping" && !state.transfers.transfers.every(isEnded))
    return "Stopping the downloads; they resume at the next start";
  if (overlay?.kind === "take-over") return undefined;
  if (session.pause !== undefined) return pauseText(session.pause);
  if (session.phase === "resuming" || session.phase === "signing-in")
    return signingIn(session, host);
  if (session.phase !== "signed-in") return undefined;
  if (bucket.opening !== undefined) return `Looking for bucket ${bucket.opening}`;
  if (task !== undefined) return task;
  const place = currentPlace(state);
  if (place.kind === "preview") return waitingInPreview(state);
  if (!isListed(place)) return undefined;
  const listing = state.listings[placeKey(place)];
  const [, many] = rowWords[place.kind];
  const count = listing && listing.received > 0 ? readableCount(listing.received) : "";
  if (listing?.phase === "loading") return `${count} ${many}, loading`.trim();
  if (listing?.phase !== "refreshing") return undefined;
  return `${many}${listedAt(listing)}, refreshing${count === "" ? "" : `: ${count} came`}`;
}

function signingIn({ phase, session }: State["session"], host: string): string {
  const user = phase === "resuming" ? session?.user : undefined;
  return `Signing in to ${host}${user === undefined ? "" : ` as ${user}`}`;
}

/** Counts down, since it is told anew each second. */
function pauseText({ seconds, why }: SignInPause): string {
  const left = readableSeconds(seconds);
  return why === "told"
    ? `The service asked for a pause: signing in in ${left}`
    : `Many sign-ins in a short time may lock the account: the next in ${left}`;
}

/** " from 14:02", where rows of another time are shown. */
function listedAt({ askedAtMs, listedAtMs }: Listing): string {
  if (listedAtMs === undefined) return "";
  return ` from ${readableClock(listedAtMs, askedAtMs ?? listedAtMs)}`;
}

/** What the place itself has to say when nothing newer is told. */
function standing(state: State, cells: number): Span[] {
  const place = currentPlace(state);
  if (state.leaving === "waiting") {
    return [{ text: "Quits when the downloads have ended.", tone: "warning" }];
  }
  if (state.overlay || state.session.phase !== "signed-in") return [];
  if (place.kind === "preview") return standingInPreview(state);
  if (isListed(place)) {
    const listing = state.listings[placeKey(place)];
    if (listing?.phase === "failed" && listing.entries.length > 0 && listing.error) {
      const known = listedAt(listing);
      const what = known === "" ? "not whole" : known.trim();
      const text = `! This list is ${what}. r tries again. ${listing.error.message}`;
      return [{ text, tone: "bad" }];
    }
  }
  if (place.kind === "files" && isPending(place.fileSet)) {
    return [{ text: "PENDING: its publisher is still adding files.", tone: "warning" }];
  }
  const entry = currentEntry(state);
  if (entry?.kind === "file-set" && endsSoon(entry)) {
    return [{ text: `This file set ends soon: ${entry.left}.`, tone: "warning" }];
  }
  if (entry?.kind !== "transfer") return [];
  const { error, path, waitingFor: wait } = entry.item;
  if (error) return [{ text: `! ${error.message}`, tone: "bad" }];
  return [{ text: wait ?? truncateMiddle(path ?? "", cells), tone: "muted" }];
}

function endsSoon({ left }: Entry & { kind: "file-set" }): boolean {
  return left?.endsWith(" left") === true;
}

/** The lines of the notice; what has no room in them is seen to be left out. */
function shownNotice(state: State, notice: Notice): string[] {
  const { columns } = state.viewport;
  const all = noticeLines(notice, columns);
  const height = statusHeight(state);
  const last = all.slice(height - 1).join(" ");
  return [...all.slice(0, height - 1), truncateEnd(last, columns - 4)];
}

/** The lines of the status; the last one shares its line with the counts, which leave it `cells`. */
export function statusLines(state: State, host: string, spinner: string, cells: number): Span[][] {
  const { notice } = state;
  if (notice) {
    const tone = levelTones[notice.level];
    return shownNotice(state, notice).map((text, index) => [
      { text: ` ${index === 0 ? levelMarks[notice.level] : "  "}${text}`, tone },
    ]);
  }
  const waiting = waitingFor(state, host);
  if (waiting !== undefined)
    return [[{ text: ` ${spinner} `, tone: "accent" }, { text: `${waiting}…` }]];
  return [[{ text: " " }, ...standing(state, cells - 1)]];
}

function marksText(state: State): string {
  const marked = markedEntries(state);
  if (marked.length === 0) return "";
  let bytes = 0;
  let files = 0;
  for (const entry of marked) {
    if (entry.kind === "file") bytes += entry.item.fileSizeInBytes ?? 0;
    if (entry.kind === "transfer") bytes += entry.item.bytesTotal ?? 0;
    if (entry.kind === "file-set") files += entry.item.numFiles;
  }
  const amount =
    bytes > 0 ? `, ${readableBytes(bytes)}` : files > 0 ? `, ${counted(files, "file")}` : "";
  const isRange = viewOf(state, currentPlace(state)).rangeFrom !== undefined;
  const end = isRange ? "; v ends the range" : "";
  return `${readableCount(marked.length)} marked${amount}${end}`;
}

/** Rows that stand for what is missing. */
function gapsIn(entries: readonly Entry[]): number {
  return entries.filter(({ kind }) => kind === "gap").length;
}

/** "3/12 of 4,310 file sets": the row, how many are shown, how many there are. */
function position(state: State, kind: TableKind): string {
  const place = currentPlace(state);
  const rows = rowsOf(state, place);
  if (rows.unfiltered === 0) return "";
  const [one, many] = rowWords[kind];
  const { index } = cursorIn(state, place);
  const isNewest = viewOf(state, place).newestOnly === true;
  const row = index + 1 - (isNewest ? gapsIn(rows.entries.slice(0, index + 1)) : 0);
  const shown = rows.length - (isNewest ? gapsIn(rows.entries) : 0);
  const of = rows.unfiltered > shown ? ` of ${readableCount(rows.unfiltered)}` : "";
  const word = rows.unfiltered === 1 ? one : many;
  return `${readableCount(row)}/${readableCount(shown)}${of} ${word}`;
}

/** How many errors nobody has read, beside the one that stands there. */
function unreadText({ notice, unreadErrors }: State): string {
  const unread = unreadErrors - (notice?.level === "error" ? 1 : 0);
  return unread > 0 ? `! ${counted(unread, "error")} to read: e` : "";
}

/** That file sets are hidden, and the key that shows them. */
function newestText(state: State, place: Place): string {
  const newestOnly = place.kind === "file-sets" && viewOf(state, place).newestOnly === true;
  return newestOnly ? "newest only (n)" : "";
}

/** Marks and counts; what matters least is left out where there is no room. */
export function countSpans(state: State, cells: number): Span[] {
  const place = currentPlace(state);
  if (state.overlay || state.session.phase !== "signed-in" || place.kind === "bucket") return [];
  const parts: Span[] = [
    { text: unreadText(state), tone: "bad" },
    { text: marksText(state), tone: "warning" },
    { text: newestText(state, place), tone: "accent" },
    { text: isTable(place) ? position(state, place.kind) : recordPosition(state) },
  ];
  const spans: Span[] = [];
  let used = 1;
  for (const part of parts) {
    const width = part.text.length + (spans.length > 0 ? 3 : 0);
    if (part.text === "" || used + width > cells) continue;
    if (spans.length > 0) spans.push({ text: "   " });
    spans.push(part);
    used += width;
  }
  return spans.length === 0 ? [] : [...spans, { text: " " }];
}
