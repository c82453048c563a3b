import { Readable } from "node:stream";

/** The keyboard of a terminal, as Ink uses it. */
export type Keyboard = NodeJS.ReadableStream & {
  readonly isTTY?: boolean;
  setRawMode?(isRaw: boolean): unknown;
  ref?(): unknown;
  unref?(): unknown;
};

const report = /\u001b\[<\d+;\d+;\d+[Mm]/;
const reports = new RegExp(`(${report.source})`);
const begunReport = /\u001b\[<[\d;]{0,16}$/;

/** Separates mouse reports from keys, because Ink drops the reports. Both keep their order. */
export class MouseInput extends Readable {
  readonly isTTY: boolean;
  readonly #keyboard: Keyboard;
  readonly #onReport: (report: string) => void;
  #begun = "";
  readonly #receive = () => {
    for (let chunk = this.#keyboard.read(); chunk !== null; chunk = this.#keyboard.read())
      this.#split(String(chunk));
  };

  constructor(keyboard: Keyboard, onReport: (report: string) => void) {
    // Each read returns one piece as it was pushed.
    super({ objectMode: true });
    this.#keyboard = keyboard;
    this.#onReport = onReport;
    this.isTTY = keyboard.isTTY === true;
    keyboard.setEncoding("utf8");
  }

  override _read(): void {}

  /** Delivers a report when the keys before it have been read. */
  override read(size?: number) {
    let piece = super.read(size);
    while (typeof piece === "string" && report.test(piece)) {
      this.#onReport(piece);
      piece = super.read(size);
    }
    return piece;
  }

  override setEncoding(): this {
    return this;
  }

  /** Reads only in raw mode, so that another program can have the terminal meanwhile. */
  setRawMode(isRaw: boolean): this {
    this.#keyboard.setRawMode?.(isRaw);
    this.#keyboard.removeListener("readable", this.#receive);
    if (isRaw) this.#keyboard.on("readable", this.#receive);
    return this;
  }

  ref(): this {
    this.#keyboard.ref?.();
    return this;
  }

  unref(): this {
    this.#keyboard.unref?.();
    return this;
  }

  #split(chunk: string): void {
    const text = this.#begun + chunk;
    this.#begun = begunReport.exec(text)?.[0] ?? "";
    const whole = text.slice(0, text.length - this.#begun.length);
    for (const piece of whole.split(reports)) if (piece !== "") this.push(piece);
  }
}
