import { performance } from "node:perf_hooks";
import type { TransferFile } from "../engine.ts";
import { isSmall } from "../file/fetch-small.ts";
import type { Entry } from "../queue/record.ts";
import { smallBytes } from "../verify/small-files.ts";

/** What arrived and waits for the disk has no more than this, as small files. */
const mostUnsaved = Math.floor((8 * 1024 * 1024) / smallBytes);

/** What may begin beside what runs. */
export interface Room {
  isFull(): boolean;
  /** True where the file may begin; it is counted then. */
  takes(file: TransferFile): boolean;
}

/**
 * Room for `jobs` files at a time, and for `smallAtOnce` small ones, since these wait for answers most
 * of the time; a small one that is being saved leaves its place to the next, unless one file at a time
 * is wanted. Never more files than connections.
 */
export function createRoom(
  jobs: number,
  connections: number,
  smallAtOnce: number,
  running: ReadonlySet<Entry>,
): Room {
  const most = Math.min(jobs, connections);
  const mostSmall = Math.min(smallAtOnce, connections);
  let small = 0;
  let unsaved = 0;
  for (const { request, state } of running) {
    if (!isSmall(request.file)) continue;
    if (state === "verifying" && jobs > 1) unsaved += 1;
    else small += 1;
  }
  let large = running.size - small - unsaved;
  return {
    isFull: () => small + large >= mostSmall || large >= most || unsaved >= mostUnsaved,
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

/** How many small files are asked for at a time: as many as it takes to have no pause between their answers. */
export interface Pace {
  smallAtOnce(): number;
}

/** So many small files count as one. */
const smallPerJob = 8;
const leastPerJob = 2;

/** Looked at so often at most. */
const windowMs = 50;
/** This process has time for more when it was busy for less than this part of it. */
const busyEnough = 0.8;

/**
 * Two for each of the `jobs` in the beginning, up to eight as long as this process has time left: each
 * connection costs a handshake, and a near store answers before the next is made. With one job one file.
 */
export function createPace(jobs: number, connections: number): Pace {
  const most = jobs === 1 ? 1 : Math.min(jobs * smallPerJob, connections);
  let now = Math.min(most, jobs * leastPerJob);
  let beganMs = performance.now();
  let load = performance.eventLoopUtilization();
  return {
    smallAtOnce() {
      const nowMs = performance.now();
      if (now === most || nowMs - beganMs < windowMs) return now;
      const later = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(later, load);
      load = later;
      beganMs = nowMs;
      if (utilization < busyEnough) now = Math.min(most, now * 2);
      return now;
    },
  };
}
