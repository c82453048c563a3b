import type { AppError } from "../../base/errors.ts";
import type { Transfer, TransferRequest, TransferState, VerifiedBy } from "../engine.ts";

/** One transfer while it changes; its snapshots are made from it. */
export interface Entry {
  id: string;
  request: TransferRequest;
  state: TransferState;
  path?: string | undefined;
  bytesDone: number;
  bytesTotal?: number | undefined;
  bytesFetched: number;
  rate?: Rate | undefined;
  startedAtMs?: number | undefined;
  /** Milliseconds of the runs before the present one. */
  spentMs: number;
  waitingFor?: string | undefined;
  sha256?: string | undefined;
  verifiedBy?: VerifiedBy | undefined;
  error?: AppError | undefined;
  /** Set while it runs, or while what arrived is removed. */
  run?: { controller: AbortController; ended: Promise<void> } | undefined;
}

export function createEntry(id: string, request: TransferRequest): Entry {
  return {
    id,
    request,
    state: "queued",
    bytesDone: 0,
    bytesTotal: request.file.bytes,
    bytesFetched: 0,
    spentMs: 0,
  };
}

/** True while a run works on it. */
export function isActive(state: TransferState): boolean {
  return state === "running" || state === "verifying";
}

/** True when nothing will happen to it by itself. */
export function isEnded(state: TransferState): boolean {
  return state === "saved" || state === "skipped" || state === "failed" || state === "cancelled";
}

/** Queued as new: what an earlier run left in its fields is gone. */
export function requeue(entry: Entry): void {
  entry.state = "queued";
  entry.error = undefined;
  entry.sha256 = undefined;
  entry.verifiedBy = undefined;
  entry.waitingFor = undefined;
  entry.bytesDone = 0;
}

export function beginRun(entry: Entry, nowMs: number): void {
  entry.state = "running";
  entry.startedAtMs = nowMs;
  entry.rate = createRate(nowMs);
}

export function endRun(entry: Entry, nowMs: number): void {
  entry.spentMs += entry.startedAtMs === undefined ? 0 : nowMs - entry.startedAtMs;
  entry.startedAtMs = undefined;
  entry.rate = undefined;
  entry.waitingFor = undefined;
  entry.run = undefined;
}

export function toTransfer(entry: Entry, nowMs: number): Transfer {
  const bytesPerSecond = isActive(entry.state) ? (entry.rate?.bytesPerSecond(nowMs) ?? 0) : 0;
  const left = entry.bytesTotal === undefined ? undefined : entry.bytesTotal - entry.bytesDone;
  const runningMs = entry.startedAtMs === undefined ? 0 : nowMs - entry.startedAtMs;
  const { path, bytesTotal, waitingFor, sha256, verifiedBy, error } = entry;
  return {
    id: entry.id,
    file: entry.request.file,
    directory: entry.request.directory,
    state: entry.state,
    bytesDone: entry.bytesDone,
    bytesFetched: entry.bytesFetched,
    bytesPerSecond,
    seconds: (entry.spentMs + runningMs) / 1_000,
    ...(path === undefined ? {} : { path }),
    ...(bytesTotal === undefined ? {} : { bytesTotal }),
    ...(waitingFor === undefined ? {} : { waitingFor }),
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(verifiedBy === undefined ? {} : { verifiedBy }),
    ...(error === undefined ? {} : { error }),
    ...(left === undefined || bytesPerSecond <= 0 ? {} : { secondsLeft: left / bytesPerSecond }),
  };
}

/** Bytes per second over the last seconds. */
export interface Rate {
  record(bytes: number, nowMs: number): void;
  bytesPerSecond(nowMs: number): number;
}

const spanMs = 5_000;
const bucketMs = 250;

/** A rate over the last five seconds, or since `startMs` where that is less; it needs a few numbers only. */
export function createRate(startMs: number): Rate {
  const buckets: { atMs: number; bytes: number }[] = [];
  const forget = (nowMs: number) => {
    while (buckets[0] !== undefined && buckets[0].atMs <= nowMs - spanMs) buckets.shift();
  };
  return {
    record(bytes, nowMs) {
      forget(nowMs);
      const newest = buckets.at(-1);
      if (newest !== undefined && nowMs - newest.atMs < bucketMs) newest.bytes += bytes;
      else buckets.push({ atMs: nowMs, bytes });
    },
    bytesPerSecond(nowMs) {
      forget(nowMs);
      const bytes = buckets.reduce((sum, bucket) => sum + bucket.bytes, 0);
      const elapsedMs = Math.min(spanMs, Math.max(nowMs - startMs, bucketMs));
      return (bytes * 1_000) / elapsedMs;
    },
  };
}
