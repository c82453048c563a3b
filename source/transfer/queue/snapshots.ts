import type { Transfer, TransfersSnapshot, TransferTotals } from "../engine.ts";
import { isActive, type TransferRecord, toTransfer } from "./record.ts";

export interface Snapshots {
  /** Returns the same object while nothing changed and at most `everyMs` have passed. */
  take(): TransfersSnapshot;
  changed(record: TransferRecord): void;
  passed(): void;
}

/** Caches unchanged transfers, so that with many only the running ones are rebuilt. */
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

/** Cancelled transfers count no bytes. */
export function totalsOf(transfers: readonly Transfer[]): TransferTotals {
  const counts = { running: 0, queued: 0, done: 0, failed: 0 };
  const totals = { ...counts, bytesDone: 0, bytesTotal: 0, bytesPerSecond: 0 };
  let remainingBytes = 0;
  for (const { state, bytesDone, bytesHeld = 0, bytesTotal, bytesPerSecond } of transfers) {
    if (isActive(state)) totals.running += 1;
    if (state === "queued") totals.queued += 1;
    if (state === "saved" || state === "skipped") totals.done += 1;
    if (state === "failed") totals.failed += 1;
    totals.bytesPerSecond += bytesPerSecond;
    if (bytesTotal === undefined || state === "cancelled") continue;
    const bytes = bytesDone + bytesHeld;
    totals.bytesDone += bytes;
    totals.bytesTotal += bytesTotal;
    if (isActive(state) || state === "queued") remainingBytes += bytesTotal - bytes;
  }
  const secondsLeft =
    totals.bytesPerSecond > 0 ? remainingBytes / totals.bytesPerSecond : undefined;
  return { ...totals, secondsLeft };
}

export interface Notifier {
  changed(): void;
  subscribe(listener: () => void): () => void;
}

/** Notifies at once, then at most once every `intervalMs`. */
export function createNotifier(intervalMs: number, nowMs: () => number): Notifier {
  const listeners = new Set<() => void>();
  let notifiedAtMs = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  const notify = () => {
    timer = undefined;
    notifiedAtMs = nowMs();
    for (const listener of [...listeners]) listener();
  };

  return {
    changed() {
      if (timer !== undefined || listeners.size === 0) return;
      timer = setTimeout(notify, Math.max(0, notifiedAtMs + intervalMs - nowMs()));
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
