import { type CellStyle, plainStyle, showsOnSpaces, styleChange } from "./screen-row.ts";

const right = (cells: number) => (cells === 0 ? "" : `\u001b[${cells === 1 ? "" : cells}C`);
const left = (cells: number) => (cells < 4 ? "\b".repeat(cells) : `\u001b[${cells}D`);
const vertical = (rows: number) => {
  const count = Math.abs(rows);
  return `\u001b[${count === 1 ? "" : count}${rows > 0 ? "B" : "A"}`;
};

function absolute(row: number, column: number): string {
  if (column > 0) return `\u001b[${row + 1};${column + 1}H`;
  return row > 0 ? `\u001b[${row + 1}H` : "\u001b[H";
}

const toColumn = (column: number) => (column === 0 ? "\r" : `\u001b[${column + 1}G`);

/** The line discipline adds a carriage return before each line feed. */
function costOf(text: string): number {
  let cost = text.length;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) cost++;
  return cost;
}

const shortest = (texts: readonly string[]) =>
  texts.reduce((best, text) => (costOf(text) < costOf(best) ? text : best));

/** Tracks the terminal's cursor and style, and collects the codes that change them. */
export class TerminalCursor {
  written = "";
  style: CellStyle = plainStyle;
  /** Undefined if unknown. */
  #row: number | undefined;
  #column: number | undefined;
  readonly #columns: number;
  readonly #hasColumnCode: boolean;

  constructor(columns: number, hasColumnCode: boolean) {
    this.#columns = columns;
    this.#hasColumnCode = hasColumnCode;
  }

  copy(): TerminalCursor {
    const cursor = new TerminalCursor(this.#columns, this.#hasColumnCode);
    cursor.style = this.style;
    cursor.#row = this.#row;
    cursor.#column = this.#column;
    return cursor;
  }

  /** Continues from `cursor`, a modified copy of this one. */
  take(cursor: TerminalCursor): void {
    this.written += cursor.written;
    this.style = cursor.style;
    this.#row = cursor.#row;
    this.#column = cursor.#column;
  }

  /** Adds a code that leaves the cursor at the start of a row. */
  begin(code: string, row: number): void {
    this.written += code;
    this.#row = row;
    this.#column = 0;
  }

  /** Adds a code that does not move the cursor. */
  code(text: string): void {
    this.written += text;
  }

  /** Undefined if unknown. */
  get row(): number | undefined {
    return this.#row;
  }

  isAt(row: number, column: number): boolean {
    return row === this.#row && column === this.#column;
  }

  moveTo(row: number, column: number): void {
    if (this.isAt(row, column)) return;
    this.written += shortest([absolute(row, column), ...this.#relative(row, column)]);
    this.#row = row;
    this.#column = column;
  }

  change(style: CellStyle): void {
    this.written += styleChange(this.style, style);
    this.style = style;
  }

  /** A blank cell accepts any style that is invisible on spaces. */
  put(character: string, style: CellStyle, cells = 1): void {
    const isEmpty = character === " " && style === plainStyle;
    if (!isEmpty || showsOnSpaces(this.style)) this.change(style);
    this.written += character;
    if (this.#column === undefined) return;
    const column = this.#column + cells;
    // The cursor's position after the last cell differs between terminals.
    this.#column = column < this.#columns ? column : undefined;
  }

  /** Marks the column as unknown; the row stays known. */
  loseColumn(): void {
    this.#column = undefined;
  }

  #relative(row: number, column: number): string[] {
    if (this.#row === undefined) return [];
    const down = row - this.#row;
    const ways: string[] = [];
    if (down >= 0 && down < 4) {
      const feeds = "\n".repeat(down);
      ways.push(`\r${feeds}${right(column)}`);
      // Terminals differ in whether a line feed keeps the column, so set it explicitly.
      if (this.#hasColumnCode) ways.push(feeds + toColumn(column));
    }
    if (this.#column === undefined) return ways;
    const ahead = column - this.#column;
    if (down === 0) ways.push(ahead > 0 ? right(ahead) : left(-ahead));
    else if (ahead === 0) ways.push(vertical(down));
    return ways;
  }
}
