import type { TransfersSnapshot } from "../../transfer/engine.ts";

/** Bars and rates that move more often tell nobody more, and each time costs a frame. */
const betweenMs = 500;

/** True where only numbers differ: nothing came, went, began or ended. */
export function isOnlyProgress(before: TransfersSnapshot, now: TransfersSnapshot): boolean {
  return (
    before.transfers.length === now.transfers.length &&
    before.transfers.every(({ id, state }, index) => {
      const other = now.transfers[index];
      return other?.id === id && other.state === state;
    })
  );
}

export interface ProgressPace {
  /** Something changed: shown at once where it `isNews`, else not sooner than a while after the last time. */
  changed(isNews: boolean): void;
  stop(): void;
}

export function progressPace(show: () => void): ProgressPace {
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
