import { Writable } from "node:stream";
import type { Variables } from "../../base/environment-types.ts";
import { capabilitiesOf } from "../capabilities.ts";
import { FrameWriter } from "./frame-writer.ts";

/** A stream to a terminal, as far as it is used here. */
export interface TerminalStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

const enterAlternateScreen = "\u001b[?1049h";
const leaveAlternateScreen = "\u001b[?1049l";
/** Of a screen that changed its size, tmux would put rows into the history; and where there is no other screen, nothing of ours stays. */
const emptyScreen = "\u001b[m\u001b[H\u001b[J";
const hideCursor = "\u001b[?25l";
const showCursor = "\u001b[?25h";
const mostFramesPerSecond = 30;

/**
 * Stands between the drawing of frames and the terminal. It is given each whole frame as one text, writes
 * what changed in one piece, the first at once and then at most 30 a second; what steers the terminal
 * passes through. After a change of size, which leaves any terminal's screen in doubt, the next frame is
 * written whole.
 */
export class ScreenStream extends Writable {
  readonly isTTY = true;
  readonly #terminal: TerminalStream;
  readonly #writer: FrameWriter;
  /** GNU screen has another screen only where a person wished for it. */
  readonly #hasOneScreen: boolean;
  readonly #forget = () => this.#writer.forget();
  #isOpen = false;
  #shown: string | undefined;
  #waiting: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** What the variables call the terminal's kind is known, and whether GNU screen stands in between. */
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

  /** Takes the alternate screen, with a frame on it; whoever enters it later finds it open. */
  open(frame: string | undefined): void {
    this.#steer(enterAlternateScreen);
    if (frame !== undefined) this.#show(frame);
  }

  /**
   * Writes the last frame whole, or the next one where that comes first. Terminals that change their size
   * back before anybody asks tell of no change, and yet have cut what they showed.
   */
  redraw(): void {
    this.#writer.forget();
    setImmediate(() => {
      const frame = this.#waiting ?? this.#shown;
      if (frame !== undefined) this.#show(frame);
    });
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
    this.#terminal.write(leaves && this.#isOpen ? `${emptyScreen}${code}` : code);
    if (leaves) this.#isOpen = false;
    if (!code.includes(enterAlternateScreen)) return;
    this.#isOpen = true;
    this.#terminal.write(hideCursor);
    this.#writer.forget();
  }

  /** What stands on the only screen goes into the history, as it would if more was written below it. */
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
