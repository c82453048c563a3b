import type { SimulatedProcess } from "../world/machine.ts";

interface WaitOptions {
  signal?: AbortSignal;
}

/** Timers on the machine's schedule, which end with the process. */
export function createTimers(process: SimulatedProcess) {
  const { schedule } = process.machine;

  class Timer {
    #isCleared = false;
    readonly #everyMs: number | undefined;
    readonly #work: () => void;

    constructor(work: () => void, delayMs: number, isRepeated: boolean) {
      this.#work = work;
      this.#everyMs = isRepeated ? delayMs : undefined;
      this.#plan(delayMs);
    }

    clear(): void {
      this.#isCleared = true;
    }

    ref(): this {
      return this;
    }

    unref(): this {
      return this;
    }

    hasRef(): boolean {
      return true;
    }

    #plan(delayMs: number): void {
      schedule.after(delayMs, () => {
        if (this.#isCleared || !process.isRunning) return;
        if (this.#everyMs !== undefined) this.#plan(this.#everyMs);
        this.#work();
      });
    }
  }

  const start =
    (isRepeated: boolean) =>
    (work: (...words: unknown[]) => void, delayMs = 1, ...words: unknown[]) =>
      new Timer(() => work(...words), Math.max(1, delayMs), isRepeated);

  const clear = (timer: unknown) => {
    if (timer instanceof Timer) timer.clear();
  };

  const setImmediate = (work: (...words: unknown[]) => void, ...words: unknown[]) =>
    new Timer(() => work(...words), 0, false);

  const wait = (delayMs = 1, value?: unknown, { signal }: WaitOptions = {}) =>
    new Promise((resolve, reject) => {
      const refuse = () => {
        timer.clear();
        reject(abortError());
      };
      const timer = new Timer(
        () => {
          signal?.removeEventListener("abort", refuse);
          resolve(value);
        },
        Math.max(1, delayMs),
        false,
      );
      if (signal?.aborted) refuse();
      else signal?.addEventListener("abort", refuse, { once: true });
    });

  return {
    global: {
      setTimeout: start(false),
      setInterval: start(true),
      setImmediate,
      clearTimeout: clear,
      clearInterval: clear,
      clearImmediate: clear,
    },
    promises: {
      setTimeout: wait,
      setImmediate: (value?: unknown) =>
        new Promise((resolve) => setImmediate(() => resolve(value))),
    },
  };
}

export function abortError(): Error {
  const error = new Error("The operation was aborted");
  return Object.assign(error, { name: "AbortError", code: "ABORT_ERR" });
}

/** Dates that begin at the machine's time of day. */
export function createDate(process: SimulatedProcess) {
  const { machine } = process;
  return class SimulatedDate extends Date {
    constructor(...words: [] | [number | string]) {
      super(words.length === 0 ? machine.nowMs() : words[0]);
    }

    static override now(): number {
      return machine.nowMs();
    }
  };
}
