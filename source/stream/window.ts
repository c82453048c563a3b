const kilobyte = 1024;
const megabyte = 1024 * kilobyte;

/** What a reader that stops at once has caused. */
const firstBytes = 256 * kilobyte;
const mostBytes = 64 * megabyte;
/** How many times what was read may be requested. */
const mostTimes = 4;
/** The window grows by whole blocks. */
const blockBytes = 64 * kilobyte;
const mostPieces = 32;
/** A distant store answers all of them in one round trip, because each is about TCP's initial window. */
const firstPieces = 16;
/** Above this size, smaller pieces for more connections are worth their requests. */
const mostFirstPieceBytes = 512 * kilobyte;
/** Requesting more than arrives in this time only delays the bytes that are read next. */
const longestSeconds = 4;

/**
 * How many bytes from the reader's position on may be requested. The window grows with what was read, but only
 * while the reader has to wait: for a slow reader it stays small.
 */
export class ReadAheadWindow {
  readonly #bytesPerSecond: () => number;
  readonly #leastPieceBytes: number;
  #bytes = firstBytes;
  #takenBytes = 0;
  #hasWaited = false;

  /** `bytesPerSecond` returns the measured speed, or 0. A short range is not worth many connections. */
  constructor(bytesPerSecond: () => number, rangeBytes: number) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#leastPieceBytes = rangeBytes < megabyte ? blockBytes : firstBytes / firstPieces;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes of one request; many small ones let all connections work close to the reader's position. */
  get pieceBytes(): number {
    const forFirstConnections = Math.min(mostFirstPieceBytes, this.#bytes / firstPieces);
    return Math.max(this.#leastPieceBytes, forFirstConnections, this.#bytes / mostPieces);
  }

  /** How many requests fit. */
  get pieces(): number {
    return Math.floor(this.#bytes / this.pieceBytes);
  }

  /** Nothing had arrived when the reader asked for more. */
  waited(): void {
    this.#hasWaited = true;
  }

  /** True if the window has grown. */
  taken(bytes: number): boolean {
    this.#takenBytes += bytes;
    if (!this.#hasWaited) return false;
    this.#hasWaited = false;
    const speed = this.#bytesPerSecond();
    const usefulBytes = speed === 0 ? mostBytes : speed * longestSeconds;
    const allowedBytes = firstBytes + mostTimes * this.#takenBytes;
    const wantedBytes = Math.min(this.#bytes * 2, allowedBytes, usefulBytes, mostBytes);
    const before = this.#bytes;
    this.#bytes = Math.max(before, wantedBytes - (wantedBytes % blockBytes));
    return this.#bytes > before;
  }
}
