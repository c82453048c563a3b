/** The share of one file in the common connections. */
interface Slot {
  /**
   * Runs a request on a connection until its promise settles. Undefined if no connection is free or
   * `request` returned undefined. A slot without an open request is notified once when one is free.
   */
  tryRun<Result>(request: () => Promise<Result> | undefined): Promise<Result> | undefined;
  leave(): void;
}

export interface ConnectionLimit {
  /** `ready` is called when a connection is free for a waiting slot. */
  join(ready: () => void): Slot;
  /** Runs a request when a connection is free; rejects if the signal aborts first. */
  runOne<Result>(signal: AbortSignal, request: () => Promise<Result>): Promise<Result>;
}

interface Waiter {
  open: number;
  isWaiting: boolean;
  ready(): void;
}

/**
 * Limits open requests to `most`. One is reserved for each file, even while it has none open, so that
 * a retry does not wait for other files.
 */
export function createConnectionLimit(most: number): ConnectionLimit {
  const slots = new Set<Waiter>();
  let open = 0;

  const reserved = () => [...slots].reduce((sum, slot) => sum + Math.max(1, slot.open), 0);

  function admitWaiters(): void {
    for (const slot of slots) {
      if (open >= most) return;
      if (!slot.isWaiting) continue;
      slot.isWaiting = false;
      slot.ready();
    }
  }

  function join(ready: () => void): Slot {
    const slot: Waiter = { open: 0, isWaiting: false, ready };
    slots.add(slot);
    const count = (change: 1 | -1) => {
      open += change;
      slot.open += change;
    };
    return {
      tryRun(request) {
        const isFree = slot.open === 0 ? open < most : reserved() < most;
        slot.isWaiting = !isFree && slot.open === 0;
        if (!isFree) return undefined;
        count(1);
        const running = request();
        if (running === undefined) {
          count(-1);
          return undefined;
        }
        return running.finally(() => {
          count(-1);
          admitWaiters();
        });
      },
      leave() {
        slots.delete(slot);
        admitWaiters();
      },
    };
  }

  return {
    join,
    runOne(signal, request) {
      return new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const begin = () => {
          const running = slot.tryRun(request);
          if (running === undefined) return;
          signal.removeEventListener("abort", abort);
          running.finally(slot.leave).then(resolve, reject);
        };
        const abort = () => {
          slot.leave();
          reject(signal.reason);
        };
        const slot = join(begin);
        signal.addEventListener("abort", abort, { once: true });
        begin();
      });
    },
  };
}
