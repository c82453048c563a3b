import { vi } from "vitest";
import type { TransferEvent } from "../../../source/transfer/events.ts";
import type { DownloadTask } from "../../../source/transfer/object/segment-download.ts";
import { createRanges } from "../../../source/transfer/part-file/ranges.ts";

const mostBytes = 4 * 1024 * 1024;

export interface KnownObject {
  bytes?: number;
  md5?: string;
  /** The end of the first bytes that are on disk. */
  done?: number;
  resumed?: DownloadTask["resumed"];
}

/** A download into memory: what it wrote, what it reported, and a disk that may be full. */
export function memoryDownload({ bytes, md5, done = 0, resumed }: KnownObject) {
  const ranges = createRanges(done === 0 ? [] : [{ first: 0, end: done }]);
  const disk: { content: Buffer; failure?: Error } = { content: Buffer.alloc(mostBytes) };
  const events: TransferEvent[] = [];
  const begin = vi.fn();
  const reserve = vi.fn(async (_bytes: number) => undefined);
  const stored = vi.fn();
  const advance = vi.fn();
  const task: DownloadTask = {
    file: { fileId: "1", fileSetId: "2", name: "a.csv", bytes, md5 },
    resumed,
    part: {
      write(chunks, position, written) {
        Buffer.concat(chunks).copy(disk.content, position);
        queueMicrotask(() => written(disk.failure ?? null));
      },
      done: () => ranges,
      begin,
      written: (first, end) => ranges.add({ first, end }),
      isSound: () => true,
      reset: async () => undefined,
      close: async () => undefined,
    },
    space: { reserve, stored, end: () => undefined },
    verifier: { advance },
    emit: (event) => void events.push(event),
  };
  return { task, disk, events, begin, reserve, stored, advance };
}
