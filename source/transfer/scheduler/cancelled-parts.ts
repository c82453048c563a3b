import type { TransferRecord } from "../queue/record.ts";

/** Keeps the partial files of cancelled transfers for a while, so that a cancellation can be undone. */
export interface CancelledParts {
  /** Discards the partial file when its time is over. */
  keep(record: TransferRecord, sinceMs: number): void;
  has(record: TransferRecord): boolean;
  /** The partial file is needed again; false if it was not kept. */
  release(record: TransferRecord): boolean;
  /** Discards a partial file that is still kept. */
  discardNow(record: TransferRecord): Promise<void>;
  discardAll(): Promise<void>;
}

export function createCancelledParts(
  keptMs: number,
  discard: (record: TransferRecord) => Promise<void>,
): CancelledParts {
  const timers = new Map<TransferRecord, NodeJS.Timeout>();

  function release(record: TransferRecord): boolean {
    clearTimeout(timers.get(record));
    return timers.delete(record);
  }

  async function discardNow(record: TransferRecord): Promise<void> {
    if (release(record)) await discard(record);
  }

  return {
    keep(record, sinceMs) {
      // A clock that was set back must not keep it longer.
      const passedMs = Math.max(0, Date.now() - sinceMs);
      const restMs = Math.max(0, keptMs - passedMs);
      timers.set(record, setTimeout(() => void discardNow(record), restMs).unref());
    },
    has: (record) => timers.has(record),
    release,
    discardNow,
    async discardAll() {
      await Promise.all([...timers.keys()].map(discardNow));
    },
  };
}
