import { type Look, lookChange, plainLook, showsOnSpaces } from "./looks.ts";

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

const shortest = (texts: readonly string[]) =>
  texts.reduce((best, text) => (text.length < best.length ? text : best));

/** Where the terminal's cursor is and how it writes; gathers the codes that lead it elsewhere. */
export class Pen {
  written = "";
  look: Look = plainLook;
  /** Undefined: not known. */
  #row: number | undefined;
  #column: number | undefined;
  readonly #columns: number;

  constructor(columns: number) {
    this.#columns = columns;
  }

  /** Another pen at the same place, which has written nothing. */
  copy(): Pen {
    const pen = new Pen(this.#columns);
    pen.look = this.look;
    pen.#row = this.#row;
    pen.#column = this.#column;
    return pen;
  }

  /** Writes what `pen`, a copy of this one, has written, and stands where it stands. */
  take(pen: Pen): void {
    this.written += pen.written;
    this.look = pen.look;
    this.#row = pen.#row;
    this.#column = pen.#column;
  }

  /** A code that leaves the cursor at the top left. */
  home(code: string): void {
    this.written += code;
    this.#row = 0;
    this.#column = 0;
  }

  /** A code that leaves the cursor where it is. */
  code(text: string): void {
    this.written += text;
  }

  moveTo(row: number, column: number): void {
    if (row === this.#row && column === this.#column) return;
    this.written += shortest([absolute(row, column), ...this.#relative(row, column)]);
    this.#row = row;
    this.#column = column;
  }

  change(look: Look): void {
    this.written += lookChange(this.look, look);
    this.look = look;
  }

  /** Writes a character of that many cells. An empty cell takes any look that does not show on it. */
  put(character: string, look: Look, cells = 1): void {
    const isEmpty = character === " " && look === plainLook;
    if (!isEmpty || showsOnSpaces(this.look)) this.change(look);
    this.written += character;
    if (this.#column === undefined) return;
    const column = this.#column + cells;
    // Behind the last cell terminals differ in where the cursor is.
    this.#column = column < this.#columns ? column : undefined;
  }

  /** The cursor is in the same row, but nobody knows where. */
  loseColumn(): void {
    this.#column = undefined;
  }

  #relative(row: number, column: number): string[] {
    if (this.#row === undefined) return [];
    const down = row - this.#row;
    const ways: string[] = [];
    if (down >= 0 && down < 4) ways.push(`\r${"\n".repeat(down)}${right(column)}`);
    if (this.#column === undefined) return ways;
    const ahead = column - this.#column;
    if (down === 0) ways.push(ahead > 0 ? right(ahead) : left(-ahead));
    else if (ahead === 0) ways.push(vertical(down));
    return ways;
  }
}
