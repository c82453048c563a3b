/** Aborts one request when the store stalls or the run aborts; dispose it in every case. */
export class StallTimeout {
  readonly timeoutMs: number;
  readonly #run: AbortSignal;
  readonly #controller = new AbortController();
  readonly #abort = () => this.#controller.abort();
  #touchedAtMs: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #timedOut = false;

  constructor(timeoutMs: number, run: AbortSignal) {
    this.timeoutMs = timeoutMs;
    this.#run = run;
    if (run.aborted) this.#abort();
    else run.addEventListener("abort", this.#abort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** True if silence caused the abort, not the run. */
  get timedOut(): boolean {
    return this.#timedOut;
  }

  /** Milliseconds since the last touch; 0 before the first. */
  get silentMs(): number {
    return this.#touchedAtMs === undefined ? 0 : performance.now() - this.#touchedAtMs;
  }

  /** Starts the timeout, or restarts it when something arrives; at most one timer is set. */
  touch(): void {
    this.#touchedAtMs = performance.now();
    this.#timer ??= setTimeout(() => this.#check(), this.timeoutMs);
  }

  expire(): void {
    this.#timedOut = true;
    this.#abort();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#run.removeEventListener("abort", this.#abort);
  }

  #check(): void {
    const remainingMs = this.timeoutMs - this.silentMs;
    if (remainingMs <= 0) this.expire();
    else this.#timer = setTimeout(() => this.#check(), remainingMs);
  }
}

/** A request silent for this long, while others of its object receive bytes, is sent again. */
const stalledAfterMs = 5_000;
const checkEveryMs = 1_000;

/** Expires silent requests while others of their object receive bytes; returns a function that stops it. */
export function detectStalledSegments(
  requests: () => Iterable<StallTimeout>,
  receivedBytes: () => number,
): () => void {
  let bytesBefore = 0;
  const timer = setInterval(() => {
    const isMoving = receivedBytes() > bytesBefore;
    bytesBefore = receivedBytes();
    if (!isMoving) return;
    for (const request of requests()) {
      const limitMs = Math.min(stalledAfterMs, request.timeoutMs);
      if (request.silentMs > limitMs) request.expire();
    }
  }, checkEveryMs);
  return () => clearInterval(timer);
}
