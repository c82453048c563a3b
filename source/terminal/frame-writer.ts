const beginSynchronised = "\u001b[?2026h";
const endSynchronised = "\u001b[?2026l";
const homeAndEraseBelow = "\u001b[H\u001b[J";
/** A short update is over before a terminal could show half of it. */
const leastSynchronised = 200;

function rowAt(row: number, text: string): string {
  // Erased before it is written: behind a full row the cursor still stands on its last cell.
  return `\u001b[${row + 1};1H\u001b[2K${text}`;
}

/** Remembers what is on the screen, and tells what must be written to make it another frame. */
export class FrameWriter {
  /** Undefined: nothing is known of the screen. */
  #rows: readonly string[] | undefined;

  /** The next frame is written whole. */
  forget(): void {
    this.#rows = undefined;
  }

  /** Escape codes and text that turn the screen of that height into `frame`; empty where it is that. */
  update(frame: string, height: number): string {
    const rows = frame.split("\n").slice(0, Math.max(1, height));
    const before = this.#rows;
    this.#rows = rows;
    const changed = rows.flatMap((text, row) => (text === before?.[row] ? [] : [rowAt(row, text)]));
    const surplus =
      before && before.length > rows.length ? `\u001b[${rows.length + 1};1H\u001b[J` : "";
    const update = (before ? "" : homeAndEraseBelow) + changed.join("") + surplus;
    return update.length < leastSynchronised
      ? update
      : `${beginSynchronised}${update}${endSynchronised}`;
  }
}
