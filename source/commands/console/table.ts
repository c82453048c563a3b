import { cellWidth, truncateEnd, truncateMiddle } from "../../text/cells.ts";
import {
  cutAlike,
  fitName,
  type NameList,
  type NamePart,
  nameFacts,
} from "../../text/short-name.ts";

export interface TableColumn<Row> {
  /** Lower case with hyphens; the title of a table and of a csv is made from it. */
  name: string;
  /** For people. */
  cell(row: Row): string;
  /** For scripts: whole numbers and ISO times; empty if unknown. Defaults to `cell`. */
  exact?(row: Row): string;
  align?: "right";
  /** Cells may be cut to this width, or further once no column can be left out. */
  least?: number;
  /** The column may be left out on a narrow terminal; the lowest number goes first. */
  leaves?: number;
  /** The cells are names that are shortened as on the screens; all of them are short or none is. */
  names?: Omit<NameList, "facts">;
  /** The part of the names that a cell of this column shows. */
  shows?: NamePart;
}

export interface Table<Row> {
  columns: readonly TableColumn<Row>[];
  rows: readonly Row[];
}

/** Aligned lines, and the names of the columns that did not fit. */
export interface FittedTable {
  lines: string[];
  leftOut: string[];
}

const gap = 2;
const leastOfAll = 4;

/** With titles, in lines of at most `cells` cells. */
export function fittedTable<Row>({ columns, rows }: Table<Row>, cells: number): FittedTable {
  // A column that may be left out and has no value says nothing.
  const filled = columns.filter(
    (column) =>
      !Number.isFinite(column.leaves) || rows.some((row) => exactCell(column, row) !== ""),
  );
  const drawn = filled.map((column) => drawnColumn(column, rows));
  let shown = drawn;
  while (totalWidth(shown.map((column) => leastWidth(column, shown))) > cells) {
    const leaves = ({ column }: DrawnColumn<Row>) => column.leaves ?? Number.POSITIVE_INFINITY;
    const next = shown.reduce((first, other) => (leaves(other) < leaves(first) ? other : first));
    if (leaves(next) === Number.POSITIVE_INFINITY) break;
    shown = shown.filter((column) => column !== next);
  }
  const widths = fittedWidths(shown, cells);
  const fitted = shown.map((column, index) => column.fitted(widths[index] ?? 0, shown));
  const lineOf = (texts: readonly string[]) =>
    truncateEnd(
      texts
        .map((text, index) => padded(text, widths[index] ?? 0, shown[index]?.column.align))
        .join(" ".repeat(gap))
        .trimEnd(),
      cells,
    );
  const titles = shown.map(({ title }, index) => truncateEnd(title, widths[index] ?? 0));
  return {
    lines: [titles, ...rows.map((_, row) => fitted.map((texts) => texts[row] ?? ""))].map(lineOf),
    leftOut: filled
      .filter((column) => !shown.some((one) => one.column === column))
      .map(({ name }) => name),
  };
}

/** Tabs between exact values, without titles and padding. */
export function tabbedRows<Row>({ columns, rows }: Table<Row>): string[] {
  return rows.map((row) =>
    exactCells(columns, row)
      .map((text) => text.replace(/[\t\r\n]/g, " "))
      .join("\t"),
  );
}

export function exactCells<Row>(columns: Table<Row>["columns"], row: Row): string[] {
  return columns.map((column) => exactCell(column, row));
}

/** RFC 4180 with "\n" as line end. */
export function csvRow(cells: readonly string[]): string {
  const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);
  return cells.map(quoted).join(",");
}

/** Labels and values, aligned for people. */
export function alignedPairs(
  pairs: readonly (readonly [string, string])[],
  cells: number,
): string[] {
  const widest = Math.max(0, ...pairs.map(([label]) => cellWidth(label)));
  return pairs.map(([label, value]) =>
    truncateEnd(`${padded(label, widest)}${" ".repeat(gap)}${value}`, cells),
  );
}

function exactCell<Row>({ cell, exact = cell }: TableColumn<Row>, row: Row): string {
  return exact(row);
}

function padded(text: string, width: number, align?: "right"): string {
  const padding = " ".repeat(Math.max(0, width - cellWidth(text)));
  return align === "right" ? padding + text : text + padding;
}

interface DrawnColumn<Row> {
  column: TableColumn<Row>;
  title: string;
  /** Of the title and the whole cells. */
  width: number;
  /** Of the cells beside the `shown` columns, as short as no cut makes them. */
  shortWidth(shown: readonly DrawnColumn<Row>[]): number;
  /** All cells, each of at most `width` cells. */
  fitted(width: number, shown: readonly DrawnColumn<Row>[]): string[];
}

function drawnColumn<Row>(column: TableColumn<Row>, rows: readonly Row[]): DrawnColumn<Row> {
  const title = column.name.toUpperCase().replaceAll("-", " ");
  const texts = rows.map((row) => column.cell(row));
  const width = widest([title, ...texts]);
  const { names } = column;
  if (names === undefined) {
    const cut = (text: string, most: number) =>
      text.includes(" ") ? truncateEnd(text, most) : truncateMiddle(text, most);
    return {
      column,
      title,
      width,
      shortWidth: () => width,
      fitted: (most) => texts.map((text) => cut(text, most)),
    };
  }
  const whole = { ...names, facts: nameFacts(texts) };
  const fitted = (most: number, shown: readonly DrawnColumn<Row>[]) => {
    const list = cutAlike(whole, texts, most);
    return texts.map((text, index) => {
      const row = rows[index];
      const elsewhere = shown.flatMap(({ column: { cell, exact = cell, shows } }) =>
        shows !== undefined && row !== undefined && exact(row) !== "" ? [shows] : [],
      );
      return fitName(text, most, list, elsewhere);
    });
  };
  const { longest } = whole.facts;
  // The width of thousands of names is computed once for each set of parts that other columns show.
  const widths = new Map<string, number>();
  const shortWidth = (shown: readonly DrawnColumn<Row>[]) => {
    const parts = shown.flatMap(({ column: { shows = [] } }) => shows).join(" ");
    const known = widths.get(parts) ?? widest([title, ...fitted(longest - 1, shown)]);
    widths.set(parts, known);
    return known;
  };
  return { column, title, width, fitted, shortWidth };
}

function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, cellWidth(text)), 0);
}

function leastWidth<Row>(
  { column, shortWidth, width }: DrawnColumn<Row>,
  shown: readonly DrawnColumn<Row>[],
): number {
  if (column.least === undefined || width <= column.least) return width;
  return Math.min(column.least, shortWidth(shown));
}

/** Shortens names, then cuts the columns that may be cut, from the first on, until a row fits. */
function fittedWidths<Row>(shown: readonly DrawnColumn<Row>[], cells: number): number[] {
  const widths = shown.map(({ width }) => width);
  const shrink = (leastOf: (column: DrawnColumn<Row>) => number) => {
    for (const [index, column] of shown.entries()) {
      const width = widths[index] ?? 0;
      const excess = totalWidth(widths) - cells;
      if (excess > 0) widths[index] = Math.max(Math.min(width, leastOf(column)), width - excess);
    }
  };
  for (const [index, { shortWidth, width }] of shown.entries()) {
    if (totalWidth(widths) > cells) widths[index] = Math.min(width, shortWidth(shown));
  }
  shrink(({ column, width }) => column.least ?? width);
  shrink(({ column, width }) => (column.least === undefined ? width : leastOfAll));
  return widths;
}

function totalWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + gap * Math.max(0, widths.length - 1);
}
