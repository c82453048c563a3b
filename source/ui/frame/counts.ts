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

/** What is unread, marked, shown and counted, at the right end of the status line. */
export function countSpans(state: State, cells: number): Span[] {
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
