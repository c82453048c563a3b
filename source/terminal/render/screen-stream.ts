import { Writable } from "node:stream";
import type { Variables } from "../../base/environment-types.ts";
import { capabilitiesOf } from "../capabilities.ts";
import { FrameWriter } from "./frame-writer.ts";

export interface TerminalStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

const enterAlternateScreen = "\u001b[?1049h";
const leaveAlternateScreen = "\u001b[?1049l";
/** Clearing keeps tmux from moving rows to its history, and leaves no trace where no alternate screen exists. */
const emptyScreen = "\u001b[m\u001b[H\u001b[J";
const hideCursor = "\u001b[?25l";
const showCursor = "\u001b[?25h";
const mouseOn = "\u001b[?1000h\u001b[?1006h";
const mouseOff = "\u001b[?1006l\u001b[?1000l";
const mostFramesPerSecond = 30;

/** Turns whole frames into minimal updates, at most 30 a second; a resize forces the next frame to be written whole. */
export class ScreenStream extends Writable {
  readonly isTTY = true;
  readonly #terminal: TerminalStream;
  readonly #writer: FrameWriter;
  /** GNU screen has an alternate screen only if the user enabled it. */
  readonly #hasOneScreen: boolean;
  readonly #forget = () => this.#writer.forget();
  #isOpen = false;
  #hasMouse = false;
  #shown: string | undefined;
  #waiting: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(terminal: TerminalStream, { STY, TERM, TMUX }: Variables) {
    super({ decodeStrings: false });
    this.#terminal = terminal;
    this.#writer = new FrameWriter(capabilitiesOf(TERM));
    this.#hasOneScreen = STY !== undefined && TMUX === undefined;
    terminal.on("resize", this.#forget);
  }

  get columns(): number {
    return this.#terminal.columns || 80;
  }

  get rows(): number {
    return this.#terminal.rows || 24;
  }

  /** Entering the alternate screen again later has no effect. */
  open(frame: string | undefined): void {
    this.#steer(enterAlternateScreen);
    if (frame !== undefined) this.#show(frame);
  }

  /** Rewrites the frame, because a terminal resized back before it was checked reports no change but has lost cells. */
  redraw(): void {
    this.#writer.forget();
    setImmediate(() => {
      const frame = this.#waiting ?? this.#shown;
      if (frame !== undefined) this.#show(frame);
    });
  }

  /** Requests reports of wheel and clicks. The terminal selects text only while they are off or the screen is left. */
  setMouse(isOn: boolean): void {
    if (isOn === this.#hasMouse) return;
    this.#hasMouse = isOn;
    if (this.#isOpen) this.#terminal.write(isOn ? mouseOn : mouseOff);
  }

  override _write(chunk: string, _encoding: BufferEncoding, done: () => void): void {
    if (chunk.startsWith("\u001b[?")) this.#steer(chunk);
    else if (chunk !== "") this.#show(chunk);
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#timer);
    if (this.#isOpen) this.#steer(`${leaveAlternateScreen}${showCursor}`);
    this.#terminal.off("resize", this.#forget);
    done(error);
  }

  #steer(code: string): void {
    if (code === enterAlternateScreen && this.#isOpen) return;
    this.#flush();
    if (this.#hasOneScreen && code.includes(enterAlternateScreen)) this.#keepPage();
    const leaves = code.includes(leaveAlternateScreen);
    if (leaves && this.#isOpen && this.#hasMouse) this.#terminal.write(mouseOff);
    this.#terminal.write(leaves && this.#isOpen ? `${emptyScreen}${code}` : code);
    if (leaves) this.#isOpen = false;
    if (!code.includes(enterAlternateScreen)) return;
    this.#isOpen = true;
    this.#terminal.write(this.#hasMouse ? `${hideCursor}${mouseOn}` : hideCursor);
    this.#writer.forget();
  }

  /** Scrolls the page into the history, as further output would. */
  #keepPage(): void {
    this.#terminal.write(`\u001b[${this.rows}H${"\n".repeat(this.rows)}`);
  }

  #show(frame: string): void {
    if (!this.#isOpen) return;
    this.#waiting = frame;
    if (this.#timer) return;
    this.#flush();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#waiting !== undefined) this.#show(this.#waiting);
    }, 1000 / mostFramesPerSecond);
  }

  #flush(): void {
    const frame = this.#waiting;
    if (frame === undefined) return;
    this.#waiting = undefined;
    this.#shown = frame;
    const { columns, rows } = this;
    const update = this.#writer.update(frame, { columns, rows });
    if (update !== "") this.#terminal.write(update);
  }
}
