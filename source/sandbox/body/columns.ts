import type { Random } from "../model/random.ts";

/** One field of an invented record. */
export interface Column {
  /** In JSON each dot leads into an object, and "0" stands for the one item of a list. */
  name: string;
  value(random: Random): string | number;
}

/** What the records of one kind of content look like. */
export interface RecordShape {
  columns: readonly Column[];
  /** Set where the content has lines of its own form; else they are JSON objects or CSV rows. */
  delimiter?: string;
  /** No line is longer; 512 unless given. */
  longestLineBytes?: number;
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

interface Field {
  path: readonly string[];
  value: string | number;
}

function jsonText(fields: readonly Field[]): string {
  const [first] = fields;
  if (first?.path.length === 0) return JSON.stringify(first.value);
  const members = new Map<string, Field[]>();
  for (const { path, value } of fields) {
    const [name = "", ...rest] = path;
    const member = members.get(name) ?? [];
    member.push({ path: rest, value });
    members.set(name, member);
  }
  const item = members.get("0");
  if (item) return `[${jsonText(item)}]`;
  const texts = [...members].map(([name, inner]) => `${JSON.stringify(name)}:${jsonText(inner)}`);
  return `{${texts.join(",")}}`;
}

/** One record as a line, its key still the placeholder. */
export function recordLine(shape: RecordShape, format: LineFormat, random: Random): string {
  if (format === "jsonl") {
    const fields = shape.columns.map((column) => ({
      path: column.name.split("."),
      value: column.value(random),
    }));
    return `${jsonText(fields)}\n`;
  }
  const delimiter = shape.delimiter ?? ",";
  return `${shape.columns.map((column) => csvCell(column.value(random), delimiter)).join(delimiter)}\n`;
}
