import { cellWidth, fitEnd, fitMiddle } from "../../text/cells.ts";

/** How a column gives way on a narrow terminal; one without rules keeps its cells whole. */
export interface ColumnRule {
  /** Its texts may be cut to so many cells, in their middle; to fewer where no column is left to leave. */
  least?: number;
  /** It may be left out; the column with the lowest number goes first. */
  leaves?: number;
}

const gap = 2;
const leastOfAll = 4;

/** The lines of a table for a terminal of `columns` cells: none is wider. */
export function terminalTable(
  rows: readonly (readonly string[])[],
  rules: readonly ColumnRule[],
  columns: number,
): string[] {
  const widths = columnWidths(rows);
  const shown = shownColumns(widths, rules, columns);
  shrink(widths, rules, shown, columns);
  return rows.map((row) => {
    const cells = shown.map((column) => {
      const width = widths[column] ?? 0;
      return pad(fitMiddle(row[column] ?? "", width), width);
    });
    return fitEnd(cells.join(" ".repeat(gap)).trimEnd(), columns);
  });
}

/** The lines of a table for a pipe: aligned, with a tab between columns, nothing cut. */
export function pipedTable(rows: readonly (readonly string[])[]): string[] {
  const widths = columnWidths(rows);
  return rows.map((row) =>
    row
      .map((cell, column) => (column < row.length - 1 ? pad(cell, widths[column] ?? 0) : cell))
      .join("\t"),
  );
}

function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - cellWidth(text)));
}

function columnWidths(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cellWidth(cell));
    });
  }
  return widths;
}

/** The columns that stay: as many as fit when all that may be cut are cut to their least. */
function shownColumns(
  widths: readonly number[],
  rules: readonly ColumnRule[],
  columns: number,
): number[] {
  const leastOf = (column: number) => {
    const width = widths[column] ?? 0;
    return Math.min(width, rules[column]?.least ?? width);
  };
  let shown = widths.map((_, column) => column);
  while (totalWidth(shown.map(leastOf)) > columns) {
    const leaves = (column: number) => rules[column]?.leaves ?? Number.POSITIVE_INFINITY;
    const next = shown.reduce((first, column) => (leaves(column) < leaves(first) ? column : first));
    if (leaves(next) === Number.POSITIVE_INFINITY) break;
    shown = shown.filter((column) => column !== next);
  }
  return shown;
}

/** Takes from the columns that may be cut, from the first on, what the row is too wide. */
function shrink(
  widths: number[],
  rules: readonly ColumnRule[],
  shown: readonly number[],
  columns: number,
): void {
  let excess = totalWidth(shown.map((column) => widths[column] ?? 0)) - columns;
  const cutTo = (column: number, least: number) => {
    const width = widths[column] ?? 0;
    const taken = Math.max(0, Math.min(excess, width - least));
    widths[column] = width - taken;
    excess -= taken;
  };
  const cut = shown.filter((column) => rules[column]?.least !== undefined);
  for (const column of cut) cutTo(column, rules[column]?.least ?? 0);
  for (const column of cut) cutTo(column, leastOfAll);
}

function totalWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + gap * Math.max(0, widths.length - 1);
}
