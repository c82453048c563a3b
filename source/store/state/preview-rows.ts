import { columnName, columnNames, splitFields, withoutReturn } from "../../domain/delimited.ts";
import { hexLines } from "../../domain/hex-dump.ts";
import { flatFields, oneLine, parseExactJson } from "../../domain/json-tree.ts";
import { readableBytes } from "../../domain/readable.ts";
import type { PreviewContent, PreviewRecord } from "../../preview/preview.ts";
import { cellWidth } from "../../text/cells.ts";
import type { PreviewColumn, PreviewRow, ReadyPreview } from "./preview.ts";

const widestColumn = 40;
/** Fields beyond these are shown only in the record's tree. */
const mostColumns = 300;
const sampleBytes = 512;

const isNumber = (text: string) => /^-?[\d.,]+(e[-+]?\d+)?$/i.test(text);

type Table = Pick<ReadyPreview, "columns" | "rows">;

function newColumn(name: string, isNumeric: boolean): PreviewColumn {
  const widest = cellWidth(name);
  return { name, width: Math.min(widest, widestColumn), widest, isNumeric };
}

/** Columns beyond the known names get a number. */
function widened(
  columns: readonly PreviewColumn[],
  names: readonly string[],
  rows: readonly PreviewRow[],
): PreviewColumn[] {
  const grown = columns.map((column) => ({ ...column }));
  for (const { cells } of rows) {
    for (const [index, cell] of cells.entries()) {
      let column = grown[index];
      if (column === undefined) {
        column = newColumn(columnName(names, index), true);
        grown.push(column);
      }
      column.widest = Math.max(column.widest, cellWidth(cell));
      column.width = Math.min(column.widest, widestColumn);
      if (cell !== "" && !isNumber(cell)) column.isNumeric = false;
    }
  }
  return grown;
}

function row({ isCut, number, raw }: PreviewRecord, cells: (text: string) => string[]): PreviewRow {
  const text = withoutReturn(raw.toString("utf8"));
  return { number, text, isCut, cells: cells(text) };
}

/** Assigns each JSON path a column, in order of first appearance. */
function fieldPlaces(columns: readonly PreviewColumn[]) {
  const names = columns.map(({ name }) => name);
  const places = new Map(names.map((name, index) => [name, index]));
  return {
    names,
    /** Returns undefined above the limit of columns. */
    placeOf(path: string): number | undefined {
      // A value that is not an object has no path.
      const name = path === "" ? "record" : path;
      const known = places.get(name);
      if (known !== undefined || names.length >= mostColumns) return known;
      places.set(name, names.length);
      return names.push(name) - 1;
    },
  };
}

function addJson({ columns, rows }: Table, records: readonly PreviewRecord[]): Table {
  const { names, placeOf } = fieldPlaces(columns);
  const added = records.map((record) =>
    row(record, (text) => {
      const value = record.isCut ? undefined : parseExactJson(text);
      const cells: string[] = [];
      for (const [path, field] of flatFields(value === undefined ? text : value)) {
        const place = placeOf(path);
        if (place !== undefined) cells[place] = field;
      }
      return Array.from(cells, (cell) => cell ?? "");
    }),
  );
  return { rows: [...rows, ...added], columns: widened(columns, names, added) };
}

export function withRecords(
  table: Table,
  content: PreviewContent,
  records: readonly PreviewRecord[],
): Table {
  if (content.format === "jsonl") return addJson(table, records);
  const added = records.map((record) =>
    row(record, (text) => {
      if (content.format !== "csv") return [oneLine(text)];
      return splitFields(text, content.delimiter)
        .slice(0, mostColumns)
        .map((field) => oneLine(field));
    }),
  );
  return { rows: [...table.rows, ...added], columns: widened(table.columns, [], added) };
}

/** The content shown before any record is read: columns, zip entries or bytes in hex. */
export function firstTable(content: PreviewContent): Table {
  if (content.format === "csv") {
    const fields = splitFields(withoutReturn(content.header.toString("utf8")), content.delimiter);
    const names = columnNames(fields.slice(0, mostColumns).map((field) => oneLine(field, 100)));
    return { columns: names.map((name) => newColumn(name, true)), rows: [] };
  }
  if (content.format === "text") return { columns: [newColumn("Line", false)], rows: [] };
  if (content.format === "zip") {
    const rows = content.entries.map((entry, index): PreviewRow => {
      const sizes = [entry.bytes, entry.packedBytes].map(readableBytes);
      const cells = [oneLine(entry.name), ...sizes];
      return { number: index + 1, text: entry.name, isCut: false, cells, entry };
    });
    const columns = ["Name", "Size", "Packed"].map((name) => newColumn(name, false));
    const grown = widened(columns, [], rows).map(
      (one, index): PreviewColumn =>
        index === 0 ? { ...one, width: one.widest } : { ...one, isNumeric: true },
    );
    return { columns: grown, rows };
  }
  if (content.format !== "binary") return { columns: [], rows: [] };
  const lines = hexLines(content.sample.subarray(0, sampleBytes));
  const rows = lines.map((text, index) => ({
    number: index + 1,
    text,
    isCut: false,
    cells: [text],
  }));
  return { columns: widened([newColumn("First bytes", false)], [], rows), rows };
}
