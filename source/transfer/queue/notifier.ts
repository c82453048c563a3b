/** Tells listeners that something changed, at most once in a while. */
export interface Notifier {
  /** Something changed. */
  changed(): void;
  subscribe(listener: () => void): () => void;
  /** Tells at once what is still to be told, and stops the clock. */
  flush(): void;
}

/** The first change is told at once, the following ones together, `intervalMs` after the last telling. */
export function createNotifier(intervalMs: number): Notifier {
  const listeners = new Set<() => void>();
  let toldAtMs = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  const tell = () => {
    timer = undefined;
    toldAtMs = performance.now();
    for (const listener of [...listeners]) listener();
  };

  return {
    changed() {
      if (timer !== undefined || listeners.size === 0) return;
      timer = setTimeout(tell, Math.max(0, toldAtMs + intervalMs - performance.now()));
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    flush() {
      if (timer === undefined) return;
      clearTimeout(timer);
      tell();
    },
  };
}
