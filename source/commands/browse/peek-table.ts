import { splitFields, withoutReturn } from "../../domain/delimited.ts";
import { sanitize } from "../../domain/sanitize.ts";
import type { PreviewOf, PreviewRecord } from "../../preview/preview.ts";
import { cellWidth, fitCells, truncateEnd, truncateMiddle } from "../../text/cells.ts";

/** The records of a csv, aligned for a terminal. */
export interface RecordTable {
  header: string;
  line(record: PreviewRecord): string;
  /** How many of the columns fit. */
  shown: number;
  columns: number;
}

const gap = "  ";
const widestColumn = 32;
/** If not all columns fit, a longer title does not widen its column. */
const shortTitle = 14;
const number = /^[-+]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?$/i;

interface Column {
  width: number;
  align: "left" | "right";
}

/** `first` are the records that decide the widths; longer values of later ones are cut. */
export function createRecordTable(
  { delimiter, header }: Pick<PreviewOf<"csv">, "delimiter" | "header">,
  first: readonly PreviewRecord[],
  cells: number,
): RecordTable {
  const fieldsOf = (raw: Buffer) =>
    splitFields(withoutReturn(raw.toString("utf8")), delimiter).map((field) =>
      sanitize(field.replace(/[\t\r\n]+/g, " ")),
    );
  const titles = fieldsOf(header);
  const rows = first.map(({ raw }) => fieldsOf(raw));
  const count = Math.max(...[titles, ...rows].map(({ length }) => length));
  const columnsWith = (titleCells: number) =>
    Array.from({ length: count }, (_, index) =>
      columnOf(
        Math.min(titleCells, cellWidth(titles[index] ?? "")),
        rows.map((fields) => fields[index] ?? ""),
      ),
    );
  const whole = fitting(columnsWith(widestColumn), cells);
  const shown = whole.length === count ? whole : fitting(columnsWith(shortTitle), cells);
  const line = (fields: readonly string[], cut: (text: string, width: number) => string) => {
    const texts = shown.map(({ align, width }, index) =>
      fitCells(cut(fields[index] ?? "", width), width, align),
    );
    return truncateEnd(texts.join(gap).trimEnd(), cells);
  };
  return {
    header: line(titles, truncateMiddle),
    line: ({ raw }) => line(fieldsOf(raw), truncateEnd),
    shown: shown.length,
    columns: count,
  };
}

function columnOf(titleCells: number, values: readonly string[]): Column {
  const widest = Math.max(0, ...values.map(cellWidth));
  const filled = values.filter((value) => value !== "");
  const isNumeric = filled.length > 0 && filled.every((value) => number.test(value));
  return {
    width: Math.min(widestColumn, Math.max(widest, titleCells)),
    align: isNumeric ? "right" : "left",
  };
}

/** The first columns that fit; at least one, which is cut. */
function fitting(columns: readonly Column[], cells: number): Column[] {
  let used = -gap.length;
  const after = columns.findIndex(({ width }) => {
    used += width + gap.length;
    return used > cells;
  });
  return columns.slice(0, after === -1 ? columns.length : Math.max(1, after));
}
