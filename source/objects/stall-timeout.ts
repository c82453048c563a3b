/** Aborts one request when the store sends nothing for too long, or when its run is aborted. */
export interface StallTimeout {
  signal: AbortSignal;
  timeoutMs: number;
  /** Something arrived: the time starts again. The first call starts it. */
  touch(): void;
  /** Milliseconds since the last touch; 0 before the first. */
  silentMs(): number;
  /** True if the abort was for silence, and not by the run's signal. */
  timedOut(): boolean;
  /** Times out now. */
  expire(): void;
  /** Ends the timer. To be called in every case. */
  dispose(): void;
}

/** `signal` aborts the request too. `touch` sets no timer, so it can be called for each chunk. */
export function createStallTimeout(timeoutMs: number, signal: AbortSignal): StallTimeout {
  const controller = new AbortController();
  let touchedAtMs: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isExpired = false;
  const abort = () => controller.abort();
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });

  const silentMs = () => (touchedAtMs === undefined ? 0 : performance.now() - touchedAtMs);
  const expire = () => {
    isExpired = true;
    controller.abort();
  };
  const check = () => {
    const leftMs = timeoutMs - silentMs();
    if (leftMs <= 0) expire();
    else timer = setTimeout(check, leftMs);
  };
  return {
    signal: controller.signal,
    timeoutMs,
    touch() {
      touchedAtMs = performance.now();
      timer ??= setTimeout(check, timeoutMs);
    },
    silentMs,
    timedOut: () => isExpired,
    expire,
    dispose() {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
    },
  };
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
      if (request.silentMs() > limitMs) request.expire();
    }
  }, checkEveryMs);
  return () => clearInterval(timer);
}
