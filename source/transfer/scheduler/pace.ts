import { performance } from "node:perf_hooks";

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
