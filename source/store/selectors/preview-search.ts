import {
  isEmptyFilter,
  matchesFilter,
  matchRanges,
  parsePhrase,
  type WordFilter,
} from "../../domain/filter-words.ts";
import type { TreeLine } from "../../domain/json-tree.ts";
import { cellWidth } from "../../text/cells.ts";
import type { PreviewRow, ReadyPreview } from "../state/preview.ts";
import type { State } from "../state/state.ts";
import {
  gutterCells,
  isLines,
  placedColumns,
  previewCursor,
  readyPreview,
  textStepCells,
} from "./preview.ts";
import { openRecordOf } from "./preview-tree.ts";

/** The text being typed, or else the one that was kept; undefined without a search. */
export function searchTextOf({ filterField }: State, { search }: ReadyPreview): string | undefined {
  return filterField ? filterField.text : search;
}

const noPhrase = parsePhrase("");

/** Empty without a search. */
export function searchPhraseOf(state: State): WordFilter {
  const preview = readyPreview(state);
  const text = preview && searchTextOf(state, preview);
  return text === undefined ? noPhrase : parsePhrase(text);
}

function firstMatchingCell({ cells }: PreviewRow, phrase: WordFilter): number | undefined {
  const index = cells.findIndex((cell) => matchesFilter(phrase, cell));
  return index < 0 ? undefined : index;
}

export function lineMatches({ label, value = "" }: TreeLine, phrase: WordFilter): boolean {
  if (isEmptyFilter(phrase)) return false;
  return matchesFilter(phrase, label) || matchesFilter(phrase, value);
}

interface Found {
  text: string;
  indices: readonly number[];
}

const foundBefore = new WeakMap<ReadyPreview["rows"], Found>();

/** Records that were read and match, in order. */
export function matchingRecords({ rows }: ReadyPreview, text: string): readonly number[] {
  const phrase = parsePhrase(text);
  if (isEmptyFilter(phrase)) return [];
  const before = foundBefore.get(rows);
  if (before?.text === text) return before.indices;
  // No cell has a line end, so a match never spans two cells.
  const matches = (index: number) => matchesFilter(phrase, rows[index]?.cells.join("\n") ?? "");
  const isNarrower = before && text.startsWith(before.text) && !parsePhrase(before.text).matchCase;
  const candidates = isNarrower ? before.indices : rows.keys();
  const indices = Array.from(candidates).filter(matches);
  foundBefore.set(rows, { text, indices });
  return indices;
}

/** Counts the fields of an open record if some match, and records otherwise. */
export interface MatchCounts {
  /** Matches up to and including the one under the cursor; 0 if that one does not match. */
  at: number;
  all: number;
  /** Records that are not read yet may match too. */
  isOpen: boolean;
}

export function matchCounts(state: State): MatchCounts | undefined {
  const preview = readyPreview(state);
  const text = preview && searchTextOf(state, preview);
  if (!preview || text === undefined || text === "") return undefined;
  const record = openRecordOf(state);
  const phrase = parsePhrase(text);
  const lines = record?.lines.filter((line) => lineMatches(line, phrase)) ?? [];
  if (record?.current && lines.length > 0) {
    return { at: lines.indexOf(record.current.line) + 1, all: lines.length, isOpen: false };
  }
  const indices = matchingRecords(preview, text);
  const at = indices.indexOf(previewCursor(state, preview).index) + 1;
  return { at, all: indices.length, isOpen: !preview.isOver };
}

/** How far a line of text scrolls so that its first match is visible. */
function shiftOfText(preview: ReadyPreview, text: string, phrase: WordFilter, room: number) {
  const [from, to] = matchRanges(phrase, text)[0] ?? [0, 0];
  const [first, end] = [cellWidth(text.slice(0, from)), cellWidth(text.slice(0, to))];
  const left = preview.shift * textStepCells;
  if (first >= left && end <= left + room) return preview.shift;
  return Math.max(0, Math.floor((first - room / 2) / textStepCells));
}

/** The shift that makes the first matching cell of the record visible. */
export function shiftToMatch(
  preview: ReadyPreview,
  row: PreviewRow,
  phrase: WordFilter,
  cells: number,
): number {
  const column = firstMatchingCell(row, phrase);
  if (column === undefined) return preview.shift;
  if (isLines(preview)) {
    const room = cells - gutterCells(preview) - 1;
    return shiftOfText(preview, row.cells[column] ?? "", phrase, room);
  }
  const placed = placedColumns(preview, cells).find(({ index }) => index === column);
  const isWhole = placed !== undefined && placed.width >= (preview.columns[column]?.width ?? 0);
  return isWhole ? preview.shift : column;
}
