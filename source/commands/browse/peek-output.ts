import type { LimitRate } from "../../base/limit-rate.ts";
import { columnName, columnNames, splitFields, withoutReturn } from "../../domain/delimited.ts";
import { hexLines } from "../../domain/hex-dump.ts";
import { sanitize, sanitizeLines } from "../../domain/sanitize.ts";
import type { ZipEntry } from "../../files/zip-directory.ts";
import type { Preview, PreviewOf, PreviewRecord } from "../../preview/preview.ts";
import { type Call, type CommonOptions, createOutput } from "../console/call.ts";
import { sizeColumn } from "../console/columns.ts";
import type { PeekJson } from "../console/json-records.ts";
import type { TableColumn } from "../console/table.ts";
import type { LookupOptions } from "../resolve/file-set-filter.ts";

const lineEnd = Buffer.from("\n");

/** The raw record, or on a terminal one without control characters. */
export function recordText(raw: Buffer, forTerminal: boolean | undefined): string | Buffer {
  if (!forTerminal) return Buffer.concat([raw, lineEnd]);
  return `${sanitizeLines(raw.toString("utf8"))}\n`;
}

/**
 * Formats records as `{"n":1,"value":…}`, starting with `fileId` if given. The value is the JSON object of
 * the file, the fields of a csv by name, or a line of text. A record that is cut or not in its format
 * becomes `{"n":1,"text":"…"}`.
 */
export function recordJson(preview: Preview, fileId?: string): (record: PreviewRecord) => string {
  const begin = fileId === undefined ? "{" : `{"fileId":${JSON.stringify(fileId)},`;
  const names =
    preview.format === "csv" ? columnNames(fieldsOf(preview.header, preview.delimiter)) : [];
  return ({ isCut, number, raw }) => {
    const text = withoutReturn(raw.toString("utf8"));
    if (isCut) return `${begin}"n":${number},"text":${JSON.stringify(text)},"cut":true}`;
    if (preview.format === "jsonl") {
      const key = isJson(text) ? `"value":${text}` : `"text":${JSON.stringify(text)}`;
      return `${begin}"n":${number},${key}}`;
    }
    if (preview.format !== "csv") return `${begin}"n":${number},"value":${JSON.stringify(text)}}`;
    // An object would move numeric names to the front.
    const members = fieldsOf(raw, preview.delimiter).map(
      (field, index) => `${JSON.stringify(columnName(names, index))}:${JSON.stringify(field)}`,
    );
    return `${begin}"n":${number},"value":{${members.join(",")}}}`;
  };
}

function fieldsOf(raw: Buffer, delimiter: string): string[] {
  return splitFields(withoutReturn(raw.toString("utf8")), delimiter);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

export interface PeekOptions extends CommonOptions, LookupOptions {
  records: number;
  /** Name or number of a zip entry. */
  entry?: string;
  verbose?: boolean;
  limitRate?: LimitRate;
}

export interface Peeking {
  options: PeekOptions;
  call: Call;
  /** The start of each JSON object if several files were requested. */
  ofFile: { fileId?: string };
  warn(text: string): void;
}

const sampleBytes = 256;

/** The requested zip entry and the listing of its zip. */
export interface PeekedEntry {
  preview: Preview;
  entry?: string;
  alsoFetched?: number;
}

type NumberedEntry = ZipEntry & { number: number };

const entryColumns: readonly TableColumn<NumberedEntry>[] = [
  { name: "entry", cell: ({ number }) => String(number), align: "right" },
  { name: "name", cell: ({ name }) => sanitize(name), least: 20 },
  { name: "size", ...sizeColumn(({ bytes }: NumberedEntry) => bytes) },
  { name: "packed", ...sizeColumn(({ packedBytes }: NumberedEntry) => packedBytes) },
];

/** Lists the entries of a zip and returns how many it printed. */
export function printEntries(zip: PreviewOf<"zip">, peeking: Peeking): number {
  const { options, call, ofFile, warn } = peeking;
  const { entries, entryCount } = zip;
  const shown = entries.slice(0, options.records);
  const output = createOutput(call.stdout);
  if (options.json) {
    for (const [index, { bytes, name, packedBytes }] of shown.entries()) {
      const value = { name: sanitize(name), size: bytes, packedSize: packedBytes };
      output.json({ ...ofFile, n: index + 1, value } satisfies PeekJson);
    }
    return shown.length;
  }
  const rows = shown.map((entry, index) => ({ ...entry, number: index + 1 }));
  output.table({ columns: entryColumns, rows });
  if (shown.length < entryCount) {
    warn(`${shown.length} of ${entryCount} entries; -n shows more.`);
  }
  return shown.length;
}

/** Shows the first bytes of a file without a known format. */
export function printSample(
  { sample }: PreviewOf<"binary">,
  { options, call, warn }: Peeking,
): number {
  const lines = hexLines(sample.subarray(0, sampleBytes));
  if (!options.json) for (const line of lines) createOutput(call.stdout).line(line);
  warn("This is binary data without records; its first bytes are shown.");
  return 0;
}
