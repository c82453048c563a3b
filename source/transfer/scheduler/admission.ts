import { performance } from "node:perf_hooks";
import type { TransferFile } from "../engine.ts";
import type { FetchWay } from "../file/file-task.ts";
import type { TransferRecord } from "../queue/record.ts";
import { selectChecks } from "../verify/checks.ts";
import { mostBodyBytes, smallBytes, wholeBytes } from "../verify/small-files.ts";

/** Most small files that may be in memory at the same time. */
const mostWhole = 64;

const mediumBytes = 8 * 1024 * 1024;

/** For sums of fractions that should be 1. */
const tolerance = 1e-6;
const full = 1 - tolerance;

/** A file running, and how. */
export interface RunningFile {
  record: TransferRecord;
  way: FetchWay;
}

export interface AdmissionLimits {
  /** Large files at a time; one means one file of any size. */
  jobs: number;
  /** Files of up to 8 MB at a time. */
  mediumFiles: number;
  connections: number;
  /** Files of up to 256 kB at a time. */
  smallFiles: number;
  /** True if files of up to 2 MB may be fetched into memory too. */
  isFast: boolean;
}

export interface Admission {
  canAdmit(): boolean;
  /** Counts the file and says how to fetch it; undefined if it must wait. */
  admit(file: TransferFile): FetchWay | undefined;
}

/**
 * Admits `jobs` large files at a time, `mediumFiles` medium ones, which end before their connections reach
 * full speed, and `smallFiles` small ones, which mostly wait for answers. While a small file is being
 * saved the next may begin, unless `jobs` is 1. Never admits more files than connections.
 */
export function createAdmission(
  { jobs, mediumFiles, smallFiles, connections, isFast }: AdmissionLimits,
  running: Iterable<RunningFile>,
): Admission {
  const most = isFast ? wholeBytes : smallBytes;
  /** Files that take part in the limits, and the share of them that is used. */
  let files = 0;
  let used = 0;
  let whole = 0;
  let bytesWhole = 0;

  const shareOf = ({ bytes = Number.POSITIVE_INFINITY }: TransferFile) => {
    if (jobs === 1 || bytes > mediumBytes) return 1 / jobs;
    return 1 / (bytes > smallBytes ? mediumFiles : smallFiles);
  };
  const begin = (file: TransferFile) => {
    files += 1;
    used += shareOf(file);
  };
  const hold = ({ bytes = 0 }: TransferFile) => {
    whole += 1;
    bytesWhole += bytes;
  };
  for (const { record, way } of running) {
    const { phase, request } = record;
    const isSaving = way === "whole" && phase.state === "verifying" && jobs > 1;
    if (!isSaving) begin(request.file);
    if (way === "whole") hold(request.file);
  }
  return {
    canAdmit: () =>
      files < connections && used < full && whole < mostWhole && bytesWhole < mostBodyBytes,
    admit(file) {
      if (used + shareOf(file) > 1 + tolerance) return undefined;
      begin(file);
      if (!mayComeWhole(file, most)) return "segments";
      hold(file);
      return "whole";
    },
  };
}

/** A zip needs a file on disk to be verified. */
function mayComeWhole(file: TransferFile, most: number): boolean {
  const { bytes } = file;
  if (bytes === undefined || bytes === 0 || bytes > most) return false;
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
