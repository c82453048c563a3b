import { performance } from "node:perf_hooks";
import type { TransferFile } from "../engine.ts";
import { isSmall } from "../file/fetch-small.ts";
import type { TransferRecord } from "../queue/record.ts";
import { smallBytes } from "../verify/small-files.ts";

/** The most small files that have arrived and wait for the disk. */
const mostUnsaved = Math.floor((8 * 1024 * 1024) / smallBytes);

/** Which files may begin beside those that run. */
export interface Admission {
  /** False if no further file may begin, whatever it is. */
  canAdmit(): boolean;
  /** True if the file may begin; it is counted then. */
  admit(file: TransferFile): boolean;
}

/**
 * Admits `jobs` files at a time, and `smallFiles` small ones, since these wait for answers most of the
 * time; a small one that is being saved leaves its place to the next, unless one file at a time is
 * wanted. Never more files than connections.
 */
export function createAdmission(
  jobs: number,
  connections: number,
  smallFiles: number,
  running: Iterable<TransferRecord>,
): Admission {
  const most = Math.min(jobs, connections);
  const mostSmall = Math.min(smallFiles, connections);
  let large = 0;
  let small = 0;
  let unsaved = 0;
  for (const { request, phase } of running) {
    if (!isSmall(request.file)) large += 1;
    else if (phase.state === "verifying" && jobs > 1) unsaved += 1;
    else small += 1;
  }
  return {
    canAdmit: () => small + large < mostSmall && large < most && unsaved < mostUnsaved,
    admit(file) {
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

const mostPerJob = 8;
const leastPerJob = 2;

/** The time between two adjustments. */
const windowMs = 50;
/** This process can do more if it was busy for less than this part of the time. */
const busyEnough = 0.8;

/**
 * How many small files are fetched at a time, so that there is no pause between their answers: two for
 * each of the `jobs` at first, up to eight as long as this process has time left, since each connection
 * costs a handshake, and a near store answers before the next is made. With one job one file.
 */
export function smallFileConcurrency(
  jobs: number,
  connections: number,
  nowMs: () => number,
): () => number {
  const most = jobs === 1 ? 1 : Math.min(jobs * mostPerJob, connections);
  let current = Math.min(most, jobs * leastPerJob);
  let adjustedAtMs = nowMs();
  let load = performance.eventLoopUtilization();
  return () => {
    if (current === most || nowMs() - adjustedAtMs < windowMs) return current;
    const later = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(later, load);
    load = later;
    adjustedAtMs = nowMs();
    if (utilization < busyEnough) current = Math.min(most, current * 2);
    return current;
  };
}
