import { counted, readableBytes, readableCount } from "../../domain/readable.ts";
import { countsOf } from "../../store/selectors/counts.ts";
import { overlayTextHeight } from "../../store/selectors/details.ts";
import { bodyHeight } from "../../store/selectors/layout.ts";
import { currentPlace, markedRows, viewOf } from "../../store/selectors/table.ts";
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
  const [one, many] = rowWords[place.kind];
  const of = all > shown ? ` of ${readableCount(all)}` : "";
  const word = all === 1 ? one : many;
  return `${readableCount(row)}/${readableCount(shown)}${of} ${word}`;
}

function unreadText({ notice, unreadErrors }: State): string {
  const unread = unreadErrors - (notice?.level === "error" ? 1 : 0);
  return unread > 0 ? `! ${counted(unread, "error")} to read: e` : "";
}

function newestText(state: State, place: Place): string {
  const newestOnly = place.kind === "file-sets" && viewOf(state, place).newestOnly === true;
  return newestOnly ? "newest only (n)" : "";
}

function belowText(state: State): string {
  const { overlay } = state;
  if (overlay?.kind !== "details" && overlay?.kind !== "notices") return "";
  const hidden = overlayTextHeight(state) - bodyHeight(state);
  const below = hidden - Math.min(overlay.top, Math.max(0, hidden));
  return below > 0 ? `${readableCount(below)} more below` : "";
}

export function countSpans(state: State, cells: number): Span[] {
  const place = currentPlace(state);
  const below = belowText(state);
  if (below !== "") return [{ text: `${below} `, tone: "muted" }];
  if (state.overlay || state.session.phase !== "signed-in" || place.kind === "bucket") return [];
  const parts: Span[] = [
    { text: unreadText(state), tone: "bad" },
    { text: marksText(state), tone: "warning" },
    { text: newestText(state, place), tone: "accent" },
    { text: isTable(place) ? position(state, place) : recordPosition(state) },
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
