const kilobyte = 1024;
const megabyte = 1024 * kilobyte;

/** A reader that stops early has caused no more than one request of this size. */
const firstBytes = 256 * kilobyte;
const mostBytes = 64 * megabyte;
const growth = 4;
const leastPieceBytes = 256 * kilobyte;
const piecesPerWindow = 32;
/** Requesting more than arrives in this time only delays the bytes that are read next. */
const longestSeconds = 4;

/**
 * How many bytes from the reader's position on may be requested. The window grows when the reader has read all
 * of it and had to wait, so its size depends on what was read before.
 */
export class ReadAheadWindow {
  readonly #bytesPerSecond: () => number;
  #bytes = firstBytes;
  #takenBytes = 0;
  #hasWaited = false;

  /** `bytesPerSecond` returns the measured speed, or 0. */
  constructor(bytesPerSecond: () => number) {
    this.#bytesPerSecond = bytesPerSecond;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes of one request; many small ones let all connections work close to the reader's position. */
  get pieceBytes(): number {
    return Math.max(leastPieceBytes, this.#bytes / piecesPerWindow);
  }

  /** Nothing had arrived when the reader asked for more. */
  waited(): void {
    this.#hasWaited = true;
  }

  /** True if the window has grown. */
  taken(bytes: number): boolean {
    this.#takenBytes += bytes;
    if (!this.#hasWaited || this.#takenBytes < this.#bytes) return false;
    const before = this.#bytes;
    const speed = this.#bytesPerSecond();
    const usefulBytes = speed === 0 ? mostBytes : speed * longestSeconds;
    while (this.#bytes < Math.min(before * growth, mostBytes, usefulBytes)) this.#bytes *= 2;
    this.#takenBytes = 0;
    this.#hasWaited = false;
    return this.#bytes > before;
  }
}
