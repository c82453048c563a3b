import { cellWidth, fitEnd, fitMiddle } from "../../text/cells.ts";

/** How a column shrinks on a narrow terminal; without rules its cells stay whole. */
export interface ColumnRule {
  /** Cells may be cut in the middle to this width, or further once no column can be dropped. */
  least?: number;
  /** The column may be dropped; the lowest number goes first. */
  leaves?: number;
}

const gap = 2;
const leastOfAll = 4;

/** Lines of at most `columns` cells. */
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

/** Aligned, with a tab between columns and nothing cut. */
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

/** Keeps as many columns as fit at their least widths. */
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

/** Shrinks the columns that may be cut, from the first on, until the row fits. */
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
