import { once } from "node:events";
import type { Writable } from "node:stream";
import type { ReadStream } from "node:tty";
import type { Environment } from "../../config/environment.ts";
import { alignedPairs, fittedTable, type Table, tabbedRows } from "./table.ts";

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

/** The call with another signal. The environment is still read on first use. */
export function withSignal(call: Call, signal: AbortSignal): Call {
  const { stdin, stdout, stderr } = call;
  return {
    stdin,
    stdout,
    stderr,
    signal,
    nowMs: () => call.nowMs(),
    get environment() {
      return call.environment;
    },
  };
}

export interface CommonOptions {
  json?: boolean;
}

/** Results on stdout; write errors are handled by the interruption. */
export interface Output {
  /**
   * A table for people on a terminal, tab-separated exact values in a pipe. Returns the names of the columns
   * that the terminal is too narrow for.
   */
  table<Row>(table: Table<Row>, format?: "table" | "tsv"): readonly string[];
  /** Labels with values; tab-separated in a pipe. */
  pairs(pairs: readonly (readonly [label: string, value: string])[]): void;
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
  const lines = (texts: readonly string[]) => {
    if (texts.length > 0) line(texts.join("\n"));
  };
  const columns = stream.isTTY ? stream.columns || 80 : undefined;
  return {
    line,
    columns,
    json: (value) => line(JSON.stringify(value)),
    table(table, format = stream.isTTY ? "table" : "tsv") {
      if (format === "tsv") {
        lines(tabbedRows(table));
        return [];
      }
      const fitted = fittedTable(table, columns ?? Number.POSITIVE_INFINITY);
      lines(fitted.lines);
      return fitted.leftOut;
    },
    pairs(pairs) {
      lines(
        columns === undefined ? pairs.map((pair) => pair.join("\t")) : alignedPairs(pairs, columns),
      );
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
