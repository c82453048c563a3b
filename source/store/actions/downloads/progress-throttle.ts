import type { TransfersSnapshot } from "../../../transfer/engine.ts";

/** Faster updates of bars and rates inform no better, and each costs a frame. */
const betweenMs = 500;

/** True if only progress differs: no download was added, removed, started, finished or discarded. */
export function isOnlyProgress(before: TransfersSnapshot, now: TransfersSnapshot): boolean {
  return (
    before.transfers.length === now.transfers.length &&
    before.transfers.every(({ cancelledAtMs, id, state }, index) => {
      const other = now.transfers[index];
      return other?.id === id && other.state === state && other.cancelledAtMs === cancelledAtMs;
    })
  );
}

export interface ProgressThrottle {
  /** Updates at once if it `isNews`, and otherwise throttled. */
  changed(isNews: boolean): void;
  stop(): void;
}

export function progressThrottle(show: () => void): ProgressThrottle {
  let shownAtMs = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  function stop(): void {
    clearTimeout(timer);
    timer = undefined;
  }

  function showNow(): void {
    stop();
    shownAtMs = performance.now();
    show();
  }

  return {
    changed(isNews) {
      const restMs = shownAtMs + betweenMs - performance.now();
      if (isNews || restMs <= 0) showNow();
      else timer ??= setTimeout(showNow, restMs);
    },
    stop,
  };
}
