import type { Transfer, TransfersSnapshot } from "../engine.ts";
import { type Entry, isActive, toTransfer } from "./record.ts";
import { totalsOf } from "./totals.ts";

/** Pictures of all transfers, made when they are asked for. */
export interface Snapshots {
  /** The same object as before while nothing changed and no more than `everyMs` passed. */
  take(): TransfersSnapshot;
  changed(entry: Entry): void;
  /** Time passed, or the order is another. */
  passed(): void;
}

/** What did not change keeps its picture: with many transfers only those that run are made anew. */
export function createSnapshots(
  entries: ReadonlyMap<string, Entry>,
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
      for (const entry of entries.values()) {
        const before = isActive(entry.state) ? undefined : known.get(entry.id);
        const transfer = before ?? toTransfer(entry, nowMs);
        known.set(entry.id, transfer);
        transfers.push(transfer);
      }
      latest = { transfers, totals: totalsOf(transfers) };
      latestAtMs = nowMs;
      return latest;
    },
    changed(entry) {
      known.delete(entry.id);
      latest = undefined;
    },
    passed() {
      latest = undefined;
    },
  };
}
