import type { Random } from "../random.ts";

/** One field of an invented record. */
export interface Column {
  name: string;
  value(random: Random): string | number;
}

/** What the records of one kind of content look like. */
export interface RecordShape {
  columns: readonly Column[];
  /** Set where the content has lines of its own form; else they are JSON objects or CSV rows. */
  delimiter?: string;
}

export type LineFormat = "jsonl" | "csv";

/** Stands where a record's own 16-character key goes; see `keyColumn`. */
export const keyPlaceholder = "0000000000000000";

/** The column that makes every record differ from every other. Each shape has exactly one. */
export function keyColumn(name: string): Column {
  return { name, value: () => keyPlaceholder };
}

function csvCell(value: string | number, delimiter: string): string {
  const text = String(value);
  return text.includes(delimiter) || text.includes('"') ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The first line of a CSV file; nothing for JSON lines. */
export function headerLine(shape: RecordShape, format: LineFormat): string {
  if (format === "jsonl") return "";
  return `${shape.columns.map((column) => column.name).join(shape.delimiter ?? ",")}\n`;
}

/** One record as a line, its key still the placeholder. */
export function recordLine(shape: RecordShape, format: LineFormat, random: Random): string {
  if (format === "jsonl") {
    const fields = shape.columns.map(
      (column) => `${JSON.stringify(column.name)}:${JSON.stringify(column.value(random))}`,
    );
    return `{${fields.join(",")}}\n`;
  }
  const delimiter = shape.delimiter ?? ",";
  return `${shape.columns.map((column) => csvCell(column.value(random), delimiter)).join(delimiter)}\n`;
}
