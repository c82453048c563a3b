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
  isFrozen,
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
  rows: ReadyPreview["rows"];
  text: string;
  indices: readonly number[];
}

/** By the first record, because records are only added at the end. */
const foundBefore = new WeakMap<PreviewRow, Found>();

/** The records that may match, given what was found before. */
function candidates(rows: ReadyPreview["rows"], text: string, before: Found | undefined) {
  if (before?.text === text) {
    return { kept: before.indices, unseen: range(before.rows.length, rows.length) };
  }
  const isNarrower = before?.rows === rows && text.startsWith(before.text);
  return { kept: [], unseen: isNarrower ? before.indices : range(0, rows.length) };
}

function range(from: number, end: number): number[] {
  return Array.from({ length: Math.max(0, end - from) }, (_, index) => from + index);
}

/** Records that were read and match, in order. */
export function matchingRecords({ rows }: ReadyPreview, text: string): readonly number[] {
  const phrase = parsePhrase(text);
  const [first] = rows;
  if (isEmptyFilter(phrase) || !first) return [];
  const before = foundBefore.get(first);
  if (before?.text === text && before.rows === rows) return before.indices;
  const { kept, unseen } = candidates(rows, text, before);
  // No cell has a line end, so a match never spans two cells.
  const matches = (index: number) => matchesFilter(phrase, rows[index]?.cells.join("\n") ?? "");
  const indices = [...kept, ...unseen.filter(matches)];
  foundBefore.set(first, { rows, text, indices });
  return indices;
}

/** Counts the fields of an open record if some match, and records otherwise. */
export interface MatchCounts {
  /** Matches up to and including the one under the cursor; 0 if that one does not match. */
  at: number;
  all: number;
  /** "record" counts the fields of the open one; "begun": records that are not read yet may match too. */
  of: "record" | "file" | "begun";
}

export function matchCounts(state: State): MatchCounts | undefined {
  const preview = readyPreview(state);
  const text = preview && searchTextOf(state, preview);
  if (!preview || text === undefined || text === "") return undefined;
  const record = openRecordOf(state);
  const phrase = parsePhrase(text);
  const lines = record?.lines.filter((line) => lineMatches(line, phrase)) ?? [];
  if (record?.current && lines.length > 0) {
    return { at: lines.indexOf(record.current.line) + 1, all: lines.length, of: "record" };
  }
  const indices = matchingRecords(preview, text);
  const at = indices.indexOf(previewCursor(state, preview).index) + 1;
  return { at, all: indices.length, of: preview.isOver ? "file" : "begun" };
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
  const wanted = preview.columns[column]?.width ?? 0;
  // Scrolls no further than it must, so that the columns before the match stay in view.
  for (let shift = preview.shift; shift < column; shift += 1) {
    const placed = placedColumns({ ...preview, shift }, cells);
    if (placed.some(({ index, width }) => index === column && width >= wanted)) return shift;
  }
  return isFrozen(preview) && column === 0 ? preview.shift : column;
}
