import { setTimeout as sleep } from "node:timers/promises";

/** Passed in so that tests control time and randomness. */
export interface Clock {
  /** Milliseconds since a moment that does not change. */
  nowMs(): number;
  /** Rejects with an AbortError when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  /** In [0, 1), for jitter. */
  random(): number;
}

/** Monotonic. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  wait: (ms, signal) => sleep(ms, undefined, { signal }),
  random: Math.random,
};

/** Milliseconds since 1970, also while the machine sleeps. */
export const wallClock: Clock = { ...systemClock, nowMs: Date.now };

/** A promise, and what settles it. */
export interface Deferred<Value> {
  promise: Promise<Value>;
  resolve(value: Value): void;
  reject(thrown: unknown): void;
}

export function deferred<Value>(): Deferred<Value> {
  let resolve: Deferred<Value>["resolve"] = () => undefined;
  let reject: Deferred<Value>["reject"] = () => undefined;
  const promise = new Promise<Value>((onValue, onThrown) => {
    resolve = onValue;
    reject = onThrown;
  });
  return { promise, resolve, reject };
}

/** Settles as `work` does, or rejects as soon as the signal aborts; the work itself continues. */
export function unlessAborted<Value>(
  work: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
