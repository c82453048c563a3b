import { once } from "node:events";
import type { Writable } from "node:stream";
import type { ReadStream } from "node:tty";
import type { Environment } from "../../config/environment.ts";
import { type ColumnRule, pipedTable, terminalTable } from "./table.ts";

/** The streams, environment and signal of one call of the program. */
export interface Call {
  stdin: NodeJS.ReadableStream & Partial<Pick<ReadStream, "isTTY">>;
  stdout: OutputStream;
  stderr: OutputStream;
  /** Read on first use. Throws an AppError if a variable is invalid. */
  readonly environment: Environment;
  signal: AbortSignal;
  nowMs(): number;
}

/** True if the user can be asked; stdout may still be redirected. */
export function isInteractive({ stdin, stderr }: Call): boolean {
  return stdin.isTTY === true && stderr.isTTY === true;
}

export interface CommonOptions {
  json?: boolean;
}

/** Results on stdout; write errors are handled by the interruption. */
export interface Output {
  /** The first row holds the titles. Cells are cut to a terminal's width, never in a pipe. */
  table(rows: readonly (readonly string[])[], rules?: readonly ColumnRule[]): void;
  /** Prints one object per line. */
  json(value: object): void;
  line(text: string): void;
  /** The terminal's width; undefined in a pipe, where nothing is wrapped or cut. */
  columns: number | undefined;
  /** Resolves when the reader has kept up, so that output does not accumulate in memory. */
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
      const ending = new AbortController();
      const settled = { signal: ending.signal };
      await Promise.race([once(stream, "drain", settled), once(stream, "close", settled)]).catch(
        () => undefined,
      );
      ending.abort();
    },
  };
}
