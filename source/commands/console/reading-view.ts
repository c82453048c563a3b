import type { ProgressView } from "./progress-lines.ts";

/** How far the files of a folder have been read. */
export interface ReadingCounts {
  /** Files as expected. */
  right: number;
  failed: number;
  /** Bytes read. */
  bytes: number;
}

/** The progress of reading `total` files; `ms` is the time since the start. */
export function readingView(
  { right, failed, bytes }: ReadingCounts,
  total: { files: number; bytes: number },
  ms: number,
): ProgressView {
  const bytesPerSecond = (bytes * 1_000) / Math.max(1, ms);
  const totals = {
    ...{ running: 0, queued: 0, done: 0, failed: 0, bytesDone: 0, bytesTotal: 0 },
    bytesPerSecond,
  };
  const outside = {
    waiting: total.files - right - failed,
    waitingBytes: Math.max(0, total.bytes - bytes),
    done: right,
    failed,
    doneBytes: bytes,
    endedBytes: bytes,
  };
  return { transfers: [], totals, outside };
}
