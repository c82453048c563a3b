import { localFileName } from "../../domain/file-name.ts";
import { contentText, oneLine, type TreeLine } from "../../domain/json-tree.ts";
import { readableBytes, readableCount } from "../../domain/readable.ts";
import { shellWord } from "../../domain/sanitize.ts";
import type { PreviewFormat } from "../../preview/preview.ts";
import { truncateMiddle } from "../../text/cells.ts";
import { finishedPath, partPath } from "../state/download-phases.ts";
import { atTheTop, type ListView } from "../state/list-view.ts";
import type { Row } from "../state/row.ts";
import type { State } from "../state/state.ts";
import { currentRecord, readyPreview } from "./preview.ts";
import { lineMatches, searchPhraseOf } from "./preview-search.ts";
import { openRecordOf, treeLinesOf } from "./preview-tree.ts";
import { currentPlace, currentRow } from "./table.ts";

export interface Choice {
  id: string;
  title: string;
  about: string;
}

function under(directory: string, name: string): string {
  return `${directory.replace(/\/$/, "")}/${name}`;
}

export function serviceId(row: Row): string {
  if (row.kind === "group") return row.item.total.file.fileSetId;
  return row.kind === "transfer" ? row.item.file.fileId : row.id;
}

function commandOf(row: Row, state: State): string {
  const place = currentPlace(state);
  if (row.kind === "package") {
    const bucket = "bucket" in place ? place.bucket : (row.item.bucketNames[0] ?? "");
    return `cfs file-sets ${shellWord(bucket)} --package ${shellWord(row.id)}`;
  }
  const [first] = row.kind === "group" ? row.item.transfers : [];
  const own = row.kind === "transfer" ? row.item : first;
  const directory = own?.directory ?? state.directory;
  return `cfs get ${shellWord(serviceId(row))} -o ${shellWord(directory)}`;
}

function pathChoices(row: Row, state: State): Choice[] {
  const choice = (title: string, about: string | undefined): Choice[] =>
    about === undefined ? [] : [{ id: "path", title, about }];
  if (row.kind === "file") {
    const path = under(state.directory, localFileName(row.name));
    return choice(row.onDisk ? "Path on disk" : "Path after download", path);
  }
  if (row.kind !== "transfer") return [];
  const finished = finishedPath(row.item);
  return finished === undefined
    ? choice("Partial file", partPath(row.item))
    : choice("Path on disk", finished);
}

/** The address is fetched only on request. */
function rowChoices(row: Row, state: State): Choice[] {
  const address = "a presigned address, which is a secret";
  return [
    { id: "name", title: "Name", about: row.name },
    { id: "id", title: "Id", about: serviceId(row) },
    ...pathChoices(row, state),
    { id: "command", title: "Command", about: commandOf(row, state) },
    ...(row.kind === "file" || row.kind === "transfer"
      ? [{ id: "address", title: "Address", about: address }]
      : []),
  ];
}

const recordId = "record";
const fieldId = (index: number) => `field ${index}`;
const mostFields = 300;
const widestField = 40;

/** The record under the cursor, and each of its fields. */
function recordChoices(state: State): Choice[] {
  const preview = readyPreview(state);
  const row = currentRecord(state);
  if (!preview || !row) return [];
  const titles: Partial<Record<PreviewFormat, string>> = { jsonl: "Record", csv: "Record" };
  const title = titles[preview.format] ?? (row.entry ? "Entry name" : "Line");
  const fields = treeLinesOf(row, preview).slice(0, mostFields);
  return [
    { id: recordId, title, about: oneLine(row.text, longestShown) },
    ...fields.flatMap(({ content, path }, index) => {
      if (path === "") return [];
      const about = oneLine(contentText(content), longestShown);
      return [{ id: fieldId(index), title: truncateMiddle(path, widestField), about }];
    }),
  ];
}

export function copyChoices(state: State): readonly Choice[] {
  const row = currentRow(state);
  if (!row) return [];
  const choices = rowChoices(row, state);
  if (currentPlace(state).kind !== "preview") return choices;
  const ofFile = choices.map((one) => ({ ...one, title: `File ${one.title.toLowerCase()}` }));
  return [...recordChoices(state), ...ofFile];
}

/** The choice to begin with: in a record the field under the cursor or the one that was found. */
export function firstCopyChoice(state: State): ListView {
  const preview = readyPreview(state);
  const row = currentRecord(state);
  if (!preview || !row) return atTheTop;
  const phrase = searchPhraseOf(state);
  const isWanted = (line: TreeLine) => lineMatches(line, phrase);
  const lines = treeLinesOf(row, preview);
  const current = openRecordOf(state)?.current?.line;
  const cursorId = fieldId(current ? lines.indexOf(current) : lines.findIndex(isWanted));
  const index = copyChoices(state).findIndex(({ id }) => id === cursorId);
  return index < 0 ? atTheTop : { cursorId, index, offset: index };
}

export interface Copyable {
  text: string;
  /** Stands for the text in the notice. */
  shown: string;
}

const longestShown = 200;

function named(name: string, text: string): Copyable {
  const isShort = text.length <= longestShown && !text.includes("\n");
  return {
    text,
    shown: isShort ? oneLine(text) : `${name} (${readableBytes(Buffer.byteLength(text))})`,
  };
}

export function recordCopy(state: State): Copyable | undefined {
  const row = currentRecord(state);
  return row && named(`record ${readableCount(row.number)}`, row.text);
}

/** The value under the cursor of the open record. */
export function valueCopy(state: State): Copyable | undefined {
  const line = openRecordOf(state)?.current?.line;
  return line && named(line.path === "" ? "the line" : line.path, contentText(line.content));
}

export function copyableOf(state: State, id: string): Copyable | undefined {
  const preview = readyPreview(state);
  const row = currentRecord(state);
  if (id === recordId) return recordCopy(state);
  const fields = preview && row ? treeLinesOf(row, preview) : [];
  const field = fields.find((_, index) => fieldId(index) === id);
  if (field) return named(field.path, contentText(field.content));
  const text = copyChoices(state).find((one) => one.id === id)?.about;
  return text === undefined ? undefined : { text, shown: text };
}
