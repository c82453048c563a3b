import type { BandwidthClock } from "../../../source/base/bandwidth.ts";

/** 12:00 local time, so that no test depends on the time zone. */
const noonMs = new Date(2026, 10, 23, 12).getTime();

/** A clock that a test moves. Its wall clock can jump. */
export class VirtualClock implements BandwidthClock {
  jumpMs = 0;
  #nowMs = 0;
  #timers: { atMs: number; callback: () => void }[] = [];

  nowMs = () => this.#nowMs;
  wallMs = () => noonMs + this.#nowMs + this.jumpMs;
  after = (ms: number, callback: () => void) => {
    this.#timers.push({ atMs: this.#nowMs + ms, callback });
  };

  /** Moves without calling timers, as in a busy process. */
  lose(ms: number): void {
    this.#nowMs += ms;
  }

  advance(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      const [next] = this.#timers.toSorted((one, other) => one.atMs - other.atMs);
      if (next === undefined || next.atMs > untilMs) break;
      this.#timers.splice(this.#timers.indexOf(next), 1);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.callback();
    }
    this.#nowMs = untilMs;
  }
}
