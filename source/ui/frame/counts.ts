import { counted, readableBytes, readableCount } from "../../domain/readable.ts";
import { choiceRows, choicesHeight, isChoosing } from "../../store/selectors/choices.ts";
import { overlayTextHeight } from "../../store/selectors/details.ts";
import { isCovered, overlayRows } from "../../store/selectors/layout.ts";
import { tableKind } from "../../store/selectors/series.ts";
import { countsOf, currentPlace, markedRows, rowsOf, viewOf } from "../../store/selectors/table.ts";
import { watchHere } from "../../store/selectors/watch-target.ts";
import { cursorOf } from "../../store/state/list-view.ts";
import { isTable, type Place, rowWords, type TablePlace } from "../../store/state/place.ts";
import type { State } from "../../store/state/state.ts";
import { recordPosition } from "../screens/preview-lines.ts";
import type { Span } from "../theme.ts";

/** "7 marked, 2.1 GB", and its short words. */
function marksTexts(state: State): string[] {
  const marked = markedRows(state);
  if (marked.length === 0) return [];
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
  const count = `${readableCount(marked.length)} marked`;
  return [`${count}${amount}${end}`, count];
}

/** "3/12 of 4,310 file sets", and the same without words. */
function positionTexts(state: State, place: TablePlace): string[] {
  const { all, row, shown } = countsOf(state, place);
  if (all === 0) return [];
  const [one, many] = rowWords[tableKind(state, place)];
  const of = all > shown ? ` of ${readableCount(all)}` : "";
  const word = all === 1 ? one : many;
  const numbers = `${readableCount(row)}/${readableCount(shown)}${of}`;
  return [`${numbers} ${word}`, numbers];
}

function unreadText({ notice, unreadErrors }: State): string {
  const unread = unreadErrors - (notice?.level === "error" ? 1 : 0);
  return unread > 0 ? `! ${counted(unread, "error")} to read: e` : "";
}

function viewTexts(state: State, place: Place): string[] {
  if (place.kind !== "file-sets") return [];
  const { newestOnly, series } = viewOf(state, place);
  if (series && !series.opened) return ["by series (b)", "series (b)"];
  return newestOnly ? ["newest only (n)", "newest (n)"] : [];
}

function watchText(state: State, place: Place): string {
  const watch = place.kind === "file-sets" ? watchHere(state) : undefined;
  if (watch === undefined) return "";
  if (watch === "paused") return "watch paused (w)";
  return watch === "live" ? "watched (w)" : `watched: ${watch} (w)`;
}

/** Lines of the overlay that are below its last one on the screen. */
function linesBelow(state: State): number {
  const { overlay } = state;
  if (isChoosing(overlay)) {
    const [rows, height] = [choiceRows(state), choicesHeight(state)];
    return rows.length - cursorOf(overlay.list, rows, height).top - height;
  }
  if (overlay?.kind !== "details" && overlay?.kind !== "notices") return 0;
  const hidden = overlayTextHeight(state) - overlayRows(state);
  return hidden - Math.min(overlay.top, Math.max(0, hidden));
}

function belowText(state: State): string {
  const below = linesBelow(state);
  return below > 0 ? `${readableCount(below)} more below` : "";
}

interface Count extends Span {
  /** Shown if the other counts leave no room for the text. */
  short?: string | undefined;
  /** Shown if it fits too. */
  more?: string;
  /** The lowest ones are shown first. */
  rank: number;
}

const countGap = "   ";

/** As many counts as fit, the lowest ranks first; short words make room for the others. */
function fitCounts(all: readonly Count[], cells: number): Span[] {
  const byRank = all.filter(({ text }) => text !== "").sort((one, other) => one.rank - other.rank);
  const texts = new Map<Count, string>();
  let used = 1;
  for (const count of byRank) {
    const { short = count.text } = count;
    const width = short.length + (texts.size > 0 ? countGap.length : 0);
    if (used + width > cells) continue;
    texts.set(count, short);
    used += width;
  }
  const lengthen = (count: Count, text: string) => {
    const before = texts.get(count);
    if (before === undefined || used + text.length - before.length > cells) return;
    used += text.length - before.length;
    texts.set(count, text);
  };
  for (const count of byRank) lengthen(count, count.text);
  for (const count of byRank) lengthen(count, count.text + (count.more ?? ""));
  const spans = all.flatMap((count): Span[] => {
    const text = texts.get(count);
    return text === undefined ? [] : [{ text: countGap }, { text, tone: count.tone }];
  });
  return spans.length === 0 ? [] : [...spans.slice(1), { text: " " }];
}

/** What is unread, marked, shown and counted, at the right end of the status line. */
export function countSpans(state: State, cells: number): Span[] {
  const place = currentPlace(state);
  const below = belowText(state);
  if (below !== "") return [{ text: `${below} `, tone: "muted" }];
  if (isCovered(state) || state.session.phase !== "signed-in" || place.kind === "bucket") return [];
  const size = isTable(place) ? rowsOf(state, place).size() : undefined;
  const [marks = "", shortMarks] = marksTexts(state);
  const [view = "", shortView] = viewTexts(state, place);
  const [position = "", shortPosition] = isTable(place)
    ? positionTexts(state, place)
    : [recordPosition(state)];
  const counts: Count[] = [
    { text: unreadText(state), tone: "bad", rank: 1 },
    { text: marks, short: shortMarks, tone: "warning", rank: 2 },
    { text: view, short: shortView, tone: "accent", rank: 4 },
    { text: watchText(state, place), tone: "accent", rank: 5 },
    {
      text: position,
      short: shortPosition,
      more: size === undefined ? "" : `, ${size}`,
      // While a filter is typed, the number of matches counts most.
      rank: state.filterField === undefined ? 3 : 0,
    },
  ];
  return fitCounts(counts, cells);
}
