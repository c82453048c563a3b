/** A hash of all events. */
export class Trace {
  readonly #write: ((line: string) => void) | undefined;
  readonly #nowMs: () => number;
  #hash = 0x811c9dc5;
  steps = 0;

  constructor(nowMs: () => number, write: ((line: string) => void) | undefined) {
    this.#nowMs = nowMs;
    this.#write = write;
  }

  add(who: string, what: string): void {
    const line = `${this.#nowMs().toFixed(3)} ${who} ${what}`;
    for (let index = 0; index < line.length; index += 1)
      this.#hash = Math.imul(this.#hash ^ line.charCodeAt(index), 0x01000193);
    this.steps += 1;
    this.#write?.(line);
  }

  get hash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, "0");
  }
}
