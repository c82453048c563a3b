/**
 * Aborts one request when the store sends nothing for too long, or when its run is aborted. To be
 * disposed of in every case.
 */
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

  /** True if the abort was for silence, and not by the run. */
  get timedOut(): boolean {
    return this.#timedOut;
  }

  /** Milliseconds since the last touch; 0 before the first. */
  get silentMs(): number {
    return this.#touchedAtMs === undefined ? 0 : performance.now() - this.#touchedAtMs;
  }

  /** Something arrived: the time starts again. The first call starts it; none sets more than one timer. */
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
    const leftMs = this.timeoutMs - this.silentMs;
    if (leftMs <= 0) this.expire();
    else this.#timer = setTimeout(() => this.#check(), leftMs);
  }
}

/** A request that is silent for this long while others of its object are not is sent again. */
const stalledAfterMs = 5_000;
const checkEveryMs = 1_000;

/**
 * Expires requests of one object that are silent while `receivedBytes` of all of them still grows.
 * Returns what ends the checks.
 */
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
