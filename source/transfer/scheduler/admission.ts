import { performance } from "node:perf_hooks";
import type { TransferFile } from "../engine.ts";
import type { TransferRecord } from "../queue/record.ts";
import { isSmall, smallBytes } from "../verify/checks.ts";

/** Most small files that may wait for the disk. */
const mostUnsaved = Math.floor((8 * 1024 * 1024) / smallBytes);

export interface Admission {
  canAdmit(): boolean;
  /** Counts the file if it is admitted. */
  admit(file: TransferFile): boolean;
}

/**
 * Admits `jobs` files at a time, or `smallFiles` small ones, which mostly wait for answers. A small file
 * that is being saved makes room for the next unless `jobs` is 1. Never admits more files than connections.
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

const windowMs = 50;
/** Below this load the process can do more. */
const busyEnough = 0.8;

/**
 * How many small files to fetch at a time, so that answers arrive without pauses: two per job at first, up
 * to eight while the process has spare time, since connections cost handshakes and a near store answers
 * before the next is made. One job means one file.
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
