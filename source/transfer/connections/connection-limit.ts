/** One file's place among the connections that all files have together. */
interface Seat {
  /** True while one more request of this file may be open. */
  mayOpen(): boolean;
  /** Has `ready` called once a request may be open; for a file that has none. */
  wait(ready: () => void): void;
  /** A request began; to be called again when it ended. */
  opened(): void;
  closed(): void;
  /** The file needs none any more. */
  leave(): void;
}

export interface ConnectionLimit {
  join(): Seat;
  /** Does work that needs one connection, once it may have one. Rejects when the signal aborts before. */
  within<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result>;
}

interface Standing {
  open: number;
  ready: (() => void) | undefined;
}

/**
 * Lets at most `most` requests be open at once. Each file has one that no other file grows into, also
 * while it has none open: after a failure it need not wait for the others.
 */
export function createConnectionLimit(most: number): ConnectionLimit {
  const seats = new Set<Standing>();
  let open = 0;

  const kept = () => [...seats].reduce((sum, seat) => sum + Math.max(1, seat.open), 0);

  function letIn(): void {
    for (const seat of seats) {
      if (open >= most) return;
      const { ready } = seat;
      seat.ready = undefined;
      ready?.();
    }
  }

  function join(): Seat {
    const seat: Standing = { open: 0, ready: undefined };
    seats.add(seat);
    return {
      mayOpen: () => (seat.open === 0 ? open < most : kept() < most),
      wait(ready) {
        seat.ready = ready;
      },
      opened() {
        open += 1;
        seat.open += 1;
      },
      closed() {
        open -= 1;
        seat.open -= 1;
        letIn();
      },
      leave() {
        seats.delete(seat);
        letIn();
      },
    };
  }

  return {
    join,
    async within(signal, work) {
      signal.throwIfAborted();
      const seat = join();
      try {
        if (seat.mayOpen()) seat.opened();
        else await untilOpened(seat, signal);
        return await work().finally(seat.closed);
      } finally {
        seat.leave();
      }
    },
  };
}

/** The request counts as open from the very moment at which it may be. */
function untilOpened(seat: Seat, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    seat.wait(() => {
      signal.removeEventListener("abort", abort);
      seat.opened();
      resolve();
    });
  });
}
