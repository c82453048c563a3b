import { unlessAborted } from "../base/waiting.ts";

/** The memory for what has arrived and is not stored yet, of all files together. */
export class PartBuffers {
  readonly #mostBytes: number;
  #usedBytes = 0;
  #free: Buffer[] = [];
  readonly #waiting: { bytes: number; grant: (buffer: Buffer) => void; isOver: boolean }[] = [];

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** A buffer of this length, in the order of the calls; one that is larger than all memory comes alone. */
  async take(bytes: number, signal: AbortSignal): Promise<Buffer> {
    signal.throwIfAborted();
    const waiting = { bytes, grant: (_: Buffer) => {}, isOver: false };
    const granted = new Promise<Buffer>((resolve) => {
      waiting.grant = resolve;
    });
    this.#waiting.push(waiting);
    this.#grant();
    try {
      return await unlessAborted(granted, signal);
    } catch (thrown) {
      waiting.isOver = true;
      void granted.then((buffer) => this.give(buffer));
      this.#grant();
      throw thrown;
    }
  }

  give(buffer: Buffer): void {
    this.#usedBytes -= buffer.length;
    this.#free.push(buffer);
    this.#grant();
  }

  #grant(): void {
    for (let [next] = this.#waiting; next !== undefined; [next] = this.#waiting) {
      const isRoom = this.#usedBytes === 0 || this.#usedBytes + next.bytes <= this.#mostBytes;
      if (!next.isOver && !isRoom) return;
      this.#waiting.shift();
      if (next.isOver) continue;
      this.#usedBytes += next.bytes;
      next.grant(this.#bufferOf(next.bytes));
    }
  }

  /** Files of one size use the same memory again; what does not fit is given up. */
  #bufferOf(bytes: number): Buffer {
    const same = this.#free.findIndex(({ length }) => length === bytes);
    const [found] = same < 0 ? [] : this.#free.splice(same, 1);
    let keptBytes = 0;
    this.#free = this.#free.filter(({ length }) => {
      keptBytes += length;
      return this.#usedBytes + keptBytes <= this.#mostBytes;
    });
    return found ?? Buffer.allocUnsafeSlow(bytes);
  }
}
