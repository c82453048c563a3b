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
