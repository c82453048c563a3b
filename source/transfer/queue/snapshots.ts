import type { Transfer, TransfersSnapshot, TransferTotals } from "../engine.ts";
import { isActive, type TransferRecord, toTransfer } from "./record.ts";

export interface Snapshots {
  /** The same object as before while nothing changed and no more than `everyMs` passed. */
  take(): TransfersSnapshot;
  changed(record: TransferRecord): void;
  passed(): void;
}

/** What did not change keeps its picture: with many transfers only those that run are made anew. */
export function createSnapshots(
  records: ReadonlyMap<string, TransferRecord>,
  everyMs: number,
  now: () => number,
): Snapshots {
  const known = new Map<string, Transfer>();
  let latest: TransfersSnapshot | undefined;
  let latestAtMs = 0;
  return {
    take() {
      const nowMs = now();
      if (latest !== undefined && nowMs - latestAtMs < everyMs) return latest;
      const transfers: Transfer[] = [];
      for (const record of records.values()) {
        const before = isActive(record.phase.state) ? undefined : known.get(record.id);
        const transfer = before ?? toTransfer(record, nowMs);
        known.set(record.id, transfer);
        transfers.push(transfer);
      }
      latest = { transfers, totals: totalsOf(transfers) };
      latestAtMs = nowMs;
      return latest;
    },
    changed(record) {
      known.delete(record.id);
      latest = undefined;
    },
    passed() {
      latest = undefined;
    },
  };
}

/** The sums over all transfers. Cancelled ones count no bytes: nobody wants them. */
export function totalsOf(transfers: readonly Transfer[]): TransferTotals {
  const totals = {
    running: 0,
    queued: 0,
    done: 0,
    failed: 0,
    bytesDone: 0,
    bytesTotal: 0,
    bytesPerSecond: 0,
  };
  let bytesLeft = 0;
  for (const { state, bytesDone, bytesTotal, bytesPerSecond } of transfers) {
    if (isActive(state)) totals.running += 1;
    if (state === "queued") totals.queued += 1;
    if (state === "saved" || state === "skipped") totals.done += 1;
    if (state === "failed") totals.failed += 1;
    totals.bytesPerSecond += bytesPerSecond;
    if (bytesTotal === undefined || state === "cancelled") continue;
    totals.bytesDone += bytesDone;
    totals.bytesTotal += bytesTotal;
    if (isActive(state) || state === "queued") bytesLeft += bytesTotal - bytesDone;
  }
  const secondsLeft = totals.bytesPerSecond > 0 ? bytesLeft / totals.bytesPerSecond : undefined;
  return { ...totals, secondsLeft };
}

/** Tells listeners that something changed, at most once in a while. */
export interface Notifier {
  changed(): void;
  subscribe(listener: () => void): () => void;
}

/** The first change is told at once, the following ones together, `intervalMs` after the last telling. */
export function createNotifier(intervalMs: number, nowMs: () => number): Notifier {
  const listeners = new Set<() => void>();
  let toldAtMs = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  const tell = () => {
    timer = undefined;
    toldAtMs = nowMs();
    for (const listener of [...listeners]) listener();
  };

  return {
    changed() {
      if (timer !== undefined || listeners.size === 0) return;
      timer = setTimeout(tell, Math.max(0, toldAtMs + intervalMs - nowMs()));
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
