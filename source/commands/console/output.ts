import { once } from "node:events";
import type { Writable } from "node:stream";
import { type ColumnRule, pipedTable, terminalTable } from "./table.ts";

/** Where results go. What becomes of a stream that nobody can take is the interruption's. */
export interface Output {
  /** Rows of a table, its titles first. A terminal's width is kept by the rules; in a pipe all is whole. */
  table(rows: readonly (readonly string[])[], rules?: readonly ColumnRule[]): void;
  /** One JSON object on a line of its own. */
  json(value: object): void;
  line(text: string): void;
  /** Cells of a line of the terminal; undefined in a pipe, where nothing is broken or cut. */
  columns: number | undefined;
  /** Resolves when the reader has kept up, so that what is printed does not gather in memory. */
  drained(): Promise<void>;
}

export interface OutputStream extends Writable {
  isTTY?: boolean;
  columns?: number;
}

export function createOutput(stream: OutputStream): Output {
  const line = (text: string) => void stream.write(`${text}\n`);
  const columns = stream.isTTY ? stream.columns || 80 : undefined;
  return {
    line,
    columns,
    json: (value) => line(JSON.stringify(value)),
    table(rows, rules = []) {
      const lines = stream.isTTY
        ? terminalTable(rows, rules, stream.columns || 80)
        : pipedTable(rows);
      if (lines.length > 0) line(lines.join("\n"));
    },
    async drained() {
      if (!stream.writableNeedDrain || stream.destroyed) return;
      const left = new AbortController();
      const settled = { signal: left.signal };
      await Promise.race([once(stream, "drain", settled), once(stream, "close", settled)]).catch(
        () => undefined,
      );
      left.abort();
    },
  };
}
