import type { TransferFile } from "./engine.ts";
import type { Entry } from "./entry.ts";
import { isSmall } from "./save-small-file.ts";

/** So many small files count as one. */
const smallPerJob = 8;

/** What may begin beside what runs. */
export interface Room {
  isFull(): boolean;
  /** True where the file may begin; it is counted then. */
  takes(file: TransferFile): boolean;
}

/**
 * Room for `jobs` files at a time, and for eight times as many small ones, since these wait for answers
 * most of the time; with one job for one file of any size. Never more files than connections.
 */
export function createRoom(jobs: number, connections: number, running: ReadonlySet<Entry>): Room {
  const most = Math.min(jobs, connections);
  const mostSmall = jobs === 1 ? 1 : Math.min(jobs * smallPerJob, connections);
  let small = 0;
  for (const { request } of running) if (isSmall(request.file)) small += 1;
  let large = running.size - small;
  return {
    isFull: () => small + large >= mostSmall || large >= most,
    takes(file) {
      if (isSmall(file)) {
        small += 1;
        return true;
      }
      if (small + large >= most) return false;
      large += 1;
      return true;
    },
  };
}
