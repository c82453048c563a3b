import { AppError } from "../base/errors.ts";

/** Ends a request that is silent for too long, or that is not wanted any more. */
export interface Watchdog {
  /** Aborts on silence, and with the signal that the watchdog was made with. */
  signal: AbortSignal;
  /** Something came: the time starts again. */
  heard(): void;
  /** True when silence was the reason. */
  barked(): boolean;
  /** Ends it now, as if it had been silent for too long. */
  giveUp(): void;
  /** No more watching. To be called in every case. */
  leave(): void;
}

/** Watches over one request; `signal` aborts it too. Cheap to tell: `heard` sets no timer. */
export function createWatchdog(silenceMs: number, signal: AbortSignal): Watchdog {
  const controller = new AbortController();
  let heardAtMs = performance.now();
  let silent = false;
  const stop = () => controller.abort();
  const check = () => {
    const leftMs = silenceMs - (performance.now() - heardAtMs);
    if (leftMs <= 0) {
      silent = true;
      controller.abort();
    } else timer = setTimeout(check, leftMs);
  };
  let timer = setTimeout(check, silenceMs);
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop, { once: true });
  return {
    signal: controller.signal,
    heard() {
      heardAtMs = performance.now();
    },
    barked: () => silent,
    giveUp() {
      silent = true;
      controller.abort();
    },
    leave() {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
    },
  };
}

/** The failure of a store that sent nothing for `silenceMs`. */
export function silenceError(tried: string, silenceMs: number): AppError {
  return new AppError({
    kind: "service",
    tried,
    answered: `nothing arrived for ${Math.round(silenceMs / 1_000)} seconds`,
    advice: "Check the network, then start it again.",
    reason: "silence",
  });
}
