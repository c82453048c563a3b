import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";

/** A keyboard: what is typed in one go arrives in one go. */
export class FakeStdin extends PassThrough {
  readonly isTTY = true;
  isRaw = false;

  setRawMode(isRaw: boolean): this {
    this.isRaw = isRaw;
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

/** A terminal of any size that keeps the last frame. */
export class FakeStdout extends PassThrough {
  readonly isTTY = true;
  columns: number;
  rows: number;
  frame = "";
  /** Everything that was written, first to last. */
  written = "";
  readonly frames = new EventEmitter();

  constructor(columns: number, rows: number) {
    super();
    this.columns = columns;
    this.rows = rows;
  }

  override write(chunk: unknown, ...rest: unknown[]): boolean {
    this.written += String(chunk);
    this.frames.emit("write");
    if (typeof chunk === "string" && chunk !== "" && !chunk.startsWith("\u001b[?")) {
      this.frame = chunk;
      this.frames.emit("frame");
    }
    const done = rest.find((argument) => typeof argument === "function");
    done?.();
    return true;
  }
}
