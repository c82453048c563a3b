import type { Variables } from "../../base/environment-types.ts";
import { blocksOf } from "../../terminal/capabilities.ts";
import type { BlockSet } from "../../text/blocks.ts";
import { cellWidth } from "../../text/cells.ts";
import type { OutputStream } from "./call.ts";
import { liveLines, logLine, type ProgressView } from "./progress-lines.ts";

export interface Progress {
  show(view: ProgressView): void;
  /** Writes lines that stay above the progress display. */
  above(write: () => void): void;
  /** Removes the progress display; a later `show` begins another. */
  end(): void;
}

const lineEveryMs = 5_000;
const mostRows = 8;

export interface ProgressOptions {
  quiet: boolean;
  /** A dumb terminal gets plain lines; the locale decides how bars are drawn. */
  variables?: Variables;
}

/** Redraws bars on a terminal; elsewhere prints a line every few seconds. */
export function createProgress(
  stream: OutputStream & { rows?: number },
  { quiet, variables = {} }: ProgressOptions,
): Progress {
  if (quiet) return { show: () => undefined, above: (write) => write(), end: () => undefined };
  if (!stream.isTTY || variables["TERM"] === "dumb") return createLines(stream);
  return createBars(stream, blocksOf(variables));
}

function createLines(stream: OutputStream): Progress {
  let latest: ProgressView | undefined;
  let printedLine = "";
  const printLine = () => {
    const line = latest === undefined ? printedLine : logLine(latest);
    if (line !== printedLine) stream.write(`${line}\n`);
    printedLine = line;
  };
  let timer: NodeJS.Timeout | undefined;
  return {
    show(view) {
      latest = view;
      timer ??= setInterval(printLine, lineEveryMs).unref();
    },
    above: (write) => write(),
    end() {
      clearInterval(timer);
      if (printedLine !== "") printLine();
      timer = undefined;
      latest = undefined;
      printedLine = "";
    },
  };
}

function createBars(stream: OutputStream & { rows?: number }, blocks: BlockSet): Progress {
  let latest: ProgressView | undefined;
  let drawn: string[] = [];

  /** Returns to the first drawn line, counting lines that a narrower terminal has wrapped. */
  const back = () => {
    const columns = stream.columns || 80;
    const rows = drawn.reduce(
      (sum, line) => sum + Math.max(1, Math.ceil(cellWidth(line) / columns)),
      0,
    );
    return rows === 0 ? "\r" : `\r\u001b[${rows}A`;
  };
  const draw = () => {
    if (latest === undefined) return;
    const rows = Math.max(1, Math.min(mostRows, (stream.rows || 24) - 2));
    const columns = Math.max(1, (stream.columns || 80) - 1);
    const lines = liveLines(latest, { columns, rows, blocks });
    stream.write(`${back()}${lines.map((line) => `${line}\u001b[K\n`).join("")}\u001b[J`);
    drawn = lines;
  };
  const clear = () => {
    if (drawn.length > 0) stream.write(`${back()}\u001b[J`);
    drawn = [];
  };
  return {
    show(view) {
      latest = view;
      draw();
    },
    above(write) {
      clear();
      write();
      draw();
    },
    end() {
      clear();
      latest = undefined;
    },
  };
}
