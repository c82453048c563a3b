import { unlessAborted } from "../../../base/waiting.ts";
import { matchesFilter, parsePhrase } from "../../../domain/filter-words.ts";
import type { TreeLine } from "../../../domain/json-tree.ts";
import { counted } from "../../../domain/readable.ts";
import {
  type PreviewPlace,
  previewCursor,
  previewHeight,
  previewRows,
  readyPreview,
} from "../../selectors/preview.ts";
import {
  lineMatches,
  matchingRecords,
  searchTextOf,
  shiftToMatch,
} from "../../selectors/preview-search.ts";
import { openRecordOf } from "../../selectors/preview-tree.ts";
import { currentPlace } from "../../selectors/table.ts";
import { at } from "../../state/list-view.ts";
import type { ReadyPreview } from "../../state/preview.ts";
import { textField } from "../../state/text-field.ts";
import type { ActionContext } from "../context.ts";
import type { PreviewFolds } from "./folds.ts";
import type { PreviewReading } from "./reading.ts";

type Direction = 1 | -1;

/** Searches the records that were read; only a kept search reads further. */
export function previewSearch(
  { notify, runTask, store }: ActionContext,
  { change, readAhead, withPreview, readMore }: PreviewReading,
  folds: PreviewFolds,
) {
  function startSearch(): void {
    withPreview((place, { list, search = "", shift, tree }) => {
      change(place, { searchFrom: { list, shift, tree } });
      store.setState({ filterField: textField(search, true) });
    });
  }

  function showLine(line: TreeLine, text: string): void {
    const phrase = parsePhrase(text);
    folds.revealLine(line, (shown) => matchesFilter(phrase, shown));
  }

  /** Shows the record; of an open one its first matching line, or going back the last. */
  function showRecord(index: number, text: string, direction: Direction): void {
    withPreview((place, preview, state) => {
      const row = preview.rows[index];
      if (!row) return;
      const height = previewHeight(state);
      const offset = index - previewCursor(state, preview).top;
      const isVisible = offset >= 0 && offset < height;
      const list = at(previewRows(preview), index, isVisible ? offset : Math.floor(height / 2));
      const shift = shiftToMatch(preview, row, parsePhrase(text), state.viewport.columns);
      change(place, { list, shift });
      const line = preview.tree && outermostLine(text, direction);
      if (line) showLine(line, text);
      readAhead(place);
    });
  }

  /** The first matching line of the open record, or going back the last. */
  function outermostLine(text: string, direction: Direction): TreeLine | undefined {
    const phrase = parsePhrase(text);
    const lines = openRecordOf(store.getState())?.lines ?? [];
    const matches = (line: TreeLine) => lineMatches(line, phrase);
    return direction > 0 ? lines.find(matches) : lines.findLast(matches);
  }

  /** Puts the cursor of a record that was just opened on its first match. */
  function showInRecord(): void {
    withPreview((_, preview, state) => {
      const text = searchTextOf(state, preview) ?? "";
      const line = outermostLine(text, 1);
      if (line) showLine(line, text);
    });
  }

  /** The next matching line of the open record. */
  function lineBeside(
    text: string,
    direction: Direction,
    isIncluded: boolean,
  ): TreeLine | undefined {
    const record = openRecordOf(store.getState());
    if (!record?.current) return undefined;
    const { current, lines } = record;
    const from = lines.indexOf(current.line) + (isIncluded ? 0 : direction);
    const phrase = parsePhrase(text);
    const matches = (line: TreeLine) => lineMatches(line, phrase);
    return direction > 0
      ? lines.slice(from).find(matches)
      : lines.slice(0, from + 1).findLast(matches);
  }

  function recordBeside(
    preview: ReadyPreview,
    text: string,
    direction: Direction,
    from: number,
  ): number | undefined {
    const indices = matchingRecords(preview, text);
    return direction > 0
      ? indices.find((one) => one > from)
      : indices.findLast((one) => one < from);
  }

  /** Shows the first match of what is typed, from where the search started. */
  function typeSearch(): void {
    withPreview((place, { searchFrom }, { filterField }) => {
      if (!filterField || !searchFrom) return;
      change(place, searchFrom);
      const { text } = filterField;
      if (text === "") return;
      const line = lineBeside(text, 1, true);
      if (line) return showLine(line, text);
      withPreview((_, preview, state) => {
        const { index } = previewCursor(state, preview);
        const found =
          recordBeside(preview, text, 1, index - 1) ?? recordBeside(preview, text, 1, -1);
        if (found !== undefined) showRecord(found, text, 1);
      });
    });
  }

  function keepSearch(): void {
    typeSearch();
    withPreview((place, preview, state) => {
      const text = searchTextOf(state, preview) ?? "";
      store.setState({ filterField: undefined });
      change(place, { search: text === "" ? undefined : text, searchFrom: undefined });
      if (text === "" || lineBeside(text, 1, true)) return;
      if (matchingRecords(preview, text).length > 0) return;
      if (preview.isOver) notifyOfNone(preview, text);
      else searchOn(place, text);
    });
  }

  function leaveSearch(): void {
    withPreview((place, { searchFrom }) => {
      store.setState({ filterField: undefined });
      change(place, { ...searchFrom, searchFrom: undefined });
    });
  }

  function clearSearch(): void {
    withPreview((place) => change(place, { search: undefined }));
  }

  function nextMatch(direction: Direction): void {
    withPreview((place, preview, state) => {
      const text = searchTextOf(state, preview) ?? "";
      const line = lineBeside(text, direction, false);
      if (line) return showLine(line, text);
      const next = recordBeside(preview, text, direction, previewCursor(state, preview).index);
      if (next !== undefined) showRecord(next, text, direction);
      else if (direction > 0 && !preview.isOver && !state.filterField) searchOn(place, text);
      else wrapAround(preview, text, direction);
    });
  }

  function wrapAround(preview: ReadyPreview, text: string, direction: Direction): void {
    const index = recordBeside(preview, text, direction, direction > 0 ? -1 : preview.rows.length);
    const line = outermostLine(text, direction);
    if (index === undefined && line === undefined) {
      notifyOfNone(preview, text);
      return;
    }
    if (index !== undefined) showRecord(index, text, direction);
    else if (line) showLine(line, text);
    notify("note", `Search wrapped to the ${direction > 0 ? "first" : "last"} match.`);
  }

  function notifyOfNone({ rows }: ReadyPreview, text: string): void {
    notify("warning", `No match for "${text}" in ${counted(rows.length, "record")}.`);
  }

  let searching: symbol | undefined;

  /** Reads on until a record matches, unless the user stops it, moves or leaves. */
  function searchOn(place: PreviewPlace, text: string): void {
    const own = Symbol(text);
    searching = own;
    const start = readyPreview(store.getState());
    void runTask(`Searching for "${text}"`, async (signal) => {
      const isWanted = (now: ReadyPreview | undefined): now is ReadyPreview =>
        !signal.aborted &&
        searching === own &&
        currentPlace(store.getState()) === place &&
        now?.list === start?.list &&
        now?.search === text;
      for (let read = start?.rows.length ?? 0; ; ) {
        // Aborting only ends the wait; `isWanted` then ends the search.
        await unlessAborted(readMore(place), signal).catch(() => undefined);
        const preview = readyPreview(store.getState());
        if (!isWanted(preview) || preview.error) return;
        const index = recordBeside(preview, text, 1, read - 1);
        if (index !== undefined) return showRecord(index, text, 1);
        if (preview.isOver || preview.rows.length === read) return wrapAround(preview, text, 1);
        read = preview.rows.length;
      }
    });
  }

  return { showInRecord, startSearch, typeSearch, keepSearch, leaveSearch, clearSearch, nextMatch };
}
