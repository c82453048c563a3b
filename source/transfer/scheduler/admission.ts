import { performance } from "node:perf_hooks";
import type { TransferFile } from "../engine.ts";
import type { TransferRecord } from "../queue/record.ts";
import { selectChecks } from "../verify/checks.ts";

/** How a file is fetched: with one request into memory, or in segments into a part file. */
export type FetchWay = "whole" | "segments";

const megabyte = 1024 * 1024;

/** Whole files that may be in memory at the same time, by number and bytes. */
const mostWhole = 64;
const mostMemoryBytes = 48 * megabyte;
const leastMemoryBytes = 8 * megabyte;
/** Files up to this size always come whole; larger ones if they arrive in a sixth of a second. */
const alwaysWholeBytes = megabyte / 4;
const mostWholeBytes = 8 * megabyte;
const wholeSeconds = 1 / 6;

/** A file running, and how. */
export interface RunningFile {
  record: TransferRecord;
  way: FetchWay;
}

export interface AdmissionLimits {
  /** Files at a time; one means one. */
  jobs: number;
  connections: number;
  /** Whole files at a time that are not being saved yet. */
  smallFiles: number;
  /** Recent rate of all connections; 0 if unknown. */
  bytesPerSecond: number;
}

export interface Admission {
  canAdmit(): boolean;
  /** Counts the file and says how to fetch it; undefined if it must wait. */
  admit(file: TransferFile): FetchWay | undefined;
}

/**
 * Admits `jobs` files at a time, or `smallFiles` whole ones, which mostly wait for answers. A whole file
 * that is being saved makes room for the next unless `jobs` is 1. Never admits more files than connections.
 *
 * A kill loses what is in memory, so that is at most what arrives in a second, within limits.
 */
export function createAdmission(
  { jobs, connections, smallFiles, bytesPerSecond }: AdmissionLimits,
  running: Iterable<RunningFile>,
): Admission {
  const most = Math.min(jobs, connections);
  const mostSmall = Math.min(smallFiles, connections);
  const memoryBytes = clamp(bytesPerSecond, leastMemoryBytes, mostMemoryBytes);
  const wholeBytes = clamp(bytesPerSecond * wholeSeconds, alwaysWholeBytes, mostWholeBytes);
  let large = 0;
  let small = 0;
  let whole = 0;
  let bytesHeld = 0;
  const hold = ({ bytes = 0 }: TransferFile) => {
    whole += 1;
    bytesHeld += bytes;
  };
  for (const { record, way } of running) {
    if (way === "segments") large += 1;
    else {
      if (record.phase.state !== "verifying" || jobs === 1) small += 1;
      hold(record.request.file);
    }
  }
  const hasRoom = () => whole < mostWhole && bytesHeld < memoryBytes;
  return {
    canAdmit: () => small + large < mostSmall && large < most && hasRoom(),
    admit(file) {
      if (comesWhole(file, wholeBytes)) {
        small += 1;
        hold(file);
        return "whole";
      }
      if (small + large >= most) return undefined;
      large += 1;
      return "segments";
    },
  };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

/** A zip needs a file on disk to be verified. */
function comesWhole(file: TransferFile, largestBytes: number): boolean {
  const { bytes } = file;
  if (bytes === undefined || bytes === 0 || bytes > largestBytes) return false;
  return !selectChecks(file, false).includes("zip");
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
