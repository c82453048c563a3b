import type { Writable } from "node:stream";
import stringWidth from "string-width";

/** Where results go. A reader that went away (`| head`) ends the output quietly. */
export interface Output {
  /** Rows of a table; the last column is cut to the terminal's width, nothing is cut in a pipe. */
  table(rows: readonly (readonly string[])[]): void;
  /** One JSON object on a line of its own. */
  json(value: object): void;
  line(text: string): void;
}

export interface OutputStream extends Writable {
  isTTY?: boolean;
  columns?: number;
}

export function createOutput(stream: OutputStream): Output {
  if (stream.listenerCount("error") === 0) stream.on("error", endQuietly);
  const line = (text: string) => stream.write(`${text}\n`);
  return {
    line,
    json: (value) => line(JSON.stringify(value)),
    table(rows) {
      const widths = columnWidths(rows);
      const columns = stream.isTTY ? (stream.columns ?? 80) : Number.POSITIVE_INFINITY;
      for (const row of rows) line(cut(layOut(row, widths), columns));
    },
  };
}

/** Whoever closed the pipe has what they wanted; anything else is no output's quiet end. */
function endQuietly(error: NodeJS.ErrnoException): void {
  process.exit(error.code === "EPIPE" ? 0 : 1);
}

function columnWidths(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, stringWidth(cell));
    });
  }
  return widths;
}

function layOut(row: readonly string[], widths: readonly number[]): string {
  return row
    .map(
      (cell, column) => cell + " ".repeat(Math.max(0, (widths[column] ?? 0) - stringWidth(cell))),
    )
    .join("  ")
    .trimEnd();
}

function cut(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  let kept = "";
  for (const character of text) {
    if (stringWidth(kept + character) > columns - 1) break;
    kept += character;
  }
  return `${kept}…`;
}
