import type { Clock } from "../../../source/base/waiting.ts";

/** A clock that a test moves; by itself it only moves enough that no two readings are equal. */
export class FakeClock implements Clock {
  #nowMs = 0;
  #runs = false;
  #waits: { atMs: number; end: () => void }[] = [];
  #expecting: (() => void)[] = [];

  nowMs = () => {
    this.#nowMs += 0.001;
    return this.#nowMs;
  };
  random = () => 1;

  wait = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const atMs = this.#nowMs + ms;
      const wait = { atMs, end: resolve };
      const abort = () => {
        this.#waits = this.#waits.filter((other) => other !== wait);
        reject(signal.reason);
      };
      if (signal.aborted) return abort();
      signal.addEventListener("abort", abort, { once: true });
      this.#waits.push(wait);
      for (const resume of this.#expecting.splice(0)) resume();
      if (this.#runs) this.run();
    });

  /** From now on every wait ends at once. */
  run(): void {
    this.#runs = true;
    this.#moveTo(Math.max(this.#nowMs, ...this.#waits.map(({ atMs }) => atMs)));
  }

  advance(ms: number): void {
    this.#moveTo(this.#nowMs + ms);
  }

  /** To a moment, because a difference added to the time may be rounded to just before it. */
  #moveTo(ms: number): void {
    this.#nowMs = ms;
    const ended = this.#waits.filter(({ atMs }) => atMs <= this.#nowMs);
    this.#waits = this.#waits.filter(({ atMs }) => atMs > this.#nowMs);
    for (const { end } of ended) end();
  }

  /** Resolves when something waits, and so whatever led there has happened. */
  async waiting(): Promise<void> {
    while (this.#waits.length === 0) {
      await new Promise<void>((resolve) => this.#expecting.push(resolve));
    }
  }

  /** Moves to the end of the next wait, as soon as something waits. */
  async toNextEnd(): Promise<void> {
    await this.waiting();
    this.#moveTo(Math.min(...this.#waits.map(({ atMs }) => atMs)));
  }
}
