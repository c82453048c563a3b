import { performance } from "node:perf_hooks";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { TransferFile } from "../../../source/transfer/engine.ts";
import type { FetchWay } from "../../../source/transfer/file/file-task.ts";
import { apply, createRecord } from "../../../source/transfer/queue/record.ts";
import {
  type AdmissionLimits,
  createAdmission,
  type RunningFile,
  smallFileConcurrency,
} from "../../../source/transfer/scheduler/admission.ts";

const kilobyte = 1024;
const megabyte = 1024 * kilobyte;
const [small, medium, large] = [256 * kilobyte, 8 * megabyte, 8 * megabyte + 1];

function fileOf(bytes: number | undefined, more: Partial<TransferFile> = {}): TransferFile {
  return { fileId: "1", fileSetId: "2", name: "a.csv", bytes, ...more };
}

function running(bytes: number, way: FetchWay, isSaving = false): RunningFile {
  const record = createRecord("1", { file: fileOf(bytes), directory: "/d" }, "queued");
  apply(record, { kind: "started" }, 0);
  if (isSaving) apply(record, { kind: "verifying" }, 0);
  return { record, way };
}

const limits: AdmissionLimits = {
  jobs: 2,
  mediumFiles: 4,
  smallFiles: 8,
  connections: 100,
  isFast: false,
};

/** How many files of this size are admitted beside the running ones. */
function admitted(
  bytes: number | undefined,
  some: Partial<AdmissionLimits> = {},
  beside: readonly RunningFile[] = [],
): number {
  const admission = createAdmission({ ...limits, ...some }, beside);
  let count = 0;
  while (count < 200 && admission.canAdmit() && admission.admit(fileOf(bytes))) count += 1;
  return count;
}

describe("files at a time", () => {
  it.each<[string, number, number | undefined, Partial<AdmissionLimits>]>([
    ["large", 2, large, {}],
    ["of unknown size", 2, undefined, {}],
    ["medium", 4, medium, {}],
    ["medium from 256 kB on", 4, small + 1, {}],
    ["small", 8, small, {}],
    ["small, if one file at a time is wanted", 1, small, { jobs: 1 }],
    ["medium, if one file at a time is wanted", 1, medium, { jobs: 1 }],
    ["small, but no more than connections", 3, small, { connections: 3 }],
    [
      "small, but no more than fit into memory",
      64,
      small,
      { smallFiles: 1_000, connections: 1_000 },
    ],
  ])("%s are %i", (_, count, bytes, some) => {
    expect(admitted(bytes, some)).toBe(count);
  });

  it("of all sizes share the limits", () => {
    expect(admitted(medium, {}, [running(large, "segments")])).toBe(2);
    expect(admitted(large, {}, [running(medium, "segments")])).toBe(1);
    expect(admitted(small, {}, [running(large, "segments"), running(large, "segments")])).toBe(0);
  });

  it("fill the limit exactly, although fractions do not add up", () => {
    expect(admitted(small, { smallFiles: 49 })).toBe(49);
  });

  it("include small ones that arrive, and not those that are being saved", () => {
    const arriving = Array.from({ length: 8 }, () => running(small, "whole"));
    expect(admitted(small, {}, arriving)).toBe(0);
    const saving = Array.from({ length: 8 }, () => running(small, "whole", true));
    expect(admitted(small, {}, saving)).toBe(8);
  });

  it("include a large one that is being verified", () => {
    expect(admitted(large, {}, [running(large, "segments", true)])).toBe(1);
  });

  it("include one that is being saved if one file at a time is wanted", () => {
    expect(admitted(small, { jobs: 1 }, [running(small, "whole", true)])).toBe(0);
  });

  it("that are in memory are limited even while they are being saved", () => {
    const many = { smallFiles: 1_000, connections: 1_000 };
    const saving = Array.from({ length: 60 }, () => running(small, "whole", true));
    expect(admitted(small, many, saving)).toBe(4);
    expect(admitted(large, many, saving)).toBe(2);
  });

  it("that are in memory have at most 30 MB together", () => {
    const many = { mediumFiles: 1_000, connections: 1_000, isFast: true };
    expect(admitted(2 * megabyte, many)).toBe(15);
    const saving = Array.from({ length: 14 }, () => running(2 * megabyte, "whole", true));
    expect(admitted(megabyte, many, saving)).toBe(2);
  });

  it("skip one that does not fit, and leave room for one that does", () => {
    const admission = createAdmission(limits, [running(medium, "segments")]);
    expect(admission.admit(fileOf(large))).toBe("segments");
    expect(admission.admit(fileOf(large))).toBeUndefined();
    expect(admission.canAdmit()).toBe(true);
    expect(admission.admit(fileOf(medium))).toBe("segments");
    expect(admission.canAdmit()).toBe(false);
  });
});

it.each<[FetchWay, number]>([
  ["whole", 2 * megabyte],
  ["segments", 2 * megabyte + 1],
])("comes in one way from a fast store: %s, of %i bytes", (way, bytes) => {
  expect(createAdmission({ ...limits, isFast: true }, []).admit(fileOf(bytes))).toBe(way);
});

it.each<[FetchWay, number | undefined, Partial<TransferFile>]>([
  ["whole", small, {}],
  ["whole", 1, {}],
  ["segments", small + 1, {}],
  ["segments", 0, {}],
  ["segments", undefined, {}],
  ["segments", 1, { name: "a.zip" }],
  ["whole", 1, { name: "a.zip", md5: "ab" }],
])("comes in one way: %s, of %s bytes, %o", (way, bytes, more) => {
  expect(createAdmission(limits, []).admit(fileOf(bytes, more))).toBe(way);
});

/** A process with this load, and a clock. */
function smallFiles(jobs: number, connections: number) {
  const process = { nowMs: 0, load: 0 };
  const use = vi.spyOn(performance, "eventLoopUtilization").mockImplementation(() => {
    return { idle: 0, active: 0, utilization: process.load };
  });
  onTestFinished(() => use.mockRestore());
  return { process, concurrency: smallFileConcurrency(jobs, connections, () => process.nowMs) };
}

describe("small files at a time", () => {
  it("are two for each job, then twice as many in each window, up to eight", () => {
    const { concurrency, process } = smallFiles(4, 100);
    expect(concurrency()).toBe(8);
    process.nowMs = 49;
    expect(concurrency()).toBe(8);
    process.nowMs = 50;
    expect(concurrency()).toBe(16);
    expect(concurrency()).toBe(16);
    process.nowMs = 100;
    expect(concurrency()).toBe(32);
    process.nowMs = 150;
    expect(concurrency()).toBe(32);
  });

  it("stay as many while the process is busy", () => {
    const { concurrency, process } = smallFiles(4, 100);
    process.load = 0.8;
    process.nowMs = 50;
    expect(concurrency()).toBe(8);
    process.load = 0.7;
    process.nowMs = 99;
    expect(concurrency()).toBe(8);
    process.nowMs = 100;
    expect(concurrency()).toBe(16);
  });

  it.each([
    [4, 6, 6],
    [1, 100, 1],
    [2, 100, 4],
  ])("with %i jobs and %i connections are %i at first", (jobs, connections, count) => {
    expect(smallFiles(jobs, connections).concurrency()).toBe(count);
  });

  it("are never more than connections", () => {
    const { concurrency, process } = smallFiles(4, 10);
    process.nowMs = 50;
    expect(concurrency()).toBe(10);
  });
});
