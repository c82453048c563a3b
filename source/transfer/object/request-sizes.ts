import type { ConnectionLease, ConnectionPool } from "../connections/connection-pool.ts";

const kilobyte = 1024;
const megabyte = 1024 * kilobyte;

/** Sizes of requests and writes, adapted to recent measurements. */
export interface RequestSizes {
  segmentBytes(): number;
  /** Bytes before the end of a segment at which the next is requested, so that no pause occurs. */
  prefetchThreshold(): number;
  /** Bytes to buffer before each write, given the bytes already on disk. */
  flushSize(doneBytes: number): number;
  /** Bytes that may be buffered during a write before the sender is paused. */
  maxBuffered(doneBytes: number): number;
  /** Connections useful for a file with this many bytes to go. */
  connectionsFor(bytes: number): number;
  leastSplitBytes: number;
  /** Segments that end within this many milliseconds are not split. */
  leastSplitMs(): number;
}

/** Largest span of segments in flight, and so the furthest that verification can lag behind. */
const windowBytes = 512 * megabyte;
const leastSegmentBytes = 4 * megabyte;
const firstSegmentBytes = 16 * megabyte;
const segmentSeconds = 4;

/** Approximate bytes buffered by all connections together. */
const totalBufferedBytes = 4 * megabyte;
const leastFlushBytes = 64 * kilobyte;

export function createRequestSizes(
  pool: Pick<ConnectionPool, "answerMs" | "bytesPerSecond" | "open">,
  lease: Pick<ConnectionLease, "capacity">,
): RequestSizes {
  const open = () => Math.max(1, pool.open());
  const connectionRate = () => pool.bytesPerSecond() / open();
  const segmentBytes = () => {
    const most = Math.max(leastSegmentBytes, Math.floor(windowBytes / lease.capacity()));
    const wanted = connectionRate() === 0 ? firstSegmentBytes : connectionRate() * segmentSeconds;
    return Math.round(Math.min(most, Math.max(leastSegmentBytes, wanted)));
  };
  const flushSize = (doneBytes: number) => {
    const most = Math.min(megabyte, Math.max(megabyte / 8, totalBufferedBytes / open()));
    // A crash loses what is buffered, so buffer little until more has arrived.
    return Math.min(most, Math.max(leastFlushBytes, doneBytes / (64 * open())));
  };
  return {
    segmentBytes,
    prefetchThreshold() {
      const seconds = Math.max(10, pool.answerMs() * 1.5) / 1_000;
      return Math.min(segmentBytes() / 4, Math.max(leastFlushBytes, connectionRate() * seconds));
    },
    flushSize,
    maxBuffered(doneBytes) {
      const most = Math.min(totalBufferedBytes / open(), doneBytes / (32 * open()));
      return Math.max(flushSize(doneBytes), most);
    },
    connectionsFor: (bytes) => Math.max(1, Math.ceil(bytes / megabyte)),
    leastSplitBytes: megabyte / 2,
    leastSplitMs: () => Math.max(100, pool.answerMs() * 3),
  };
}
