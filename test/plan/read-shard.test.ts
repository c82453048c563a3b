import { describe, expect, it } from "vitest";
import { readShard } from "../../source/plan/read-shard.ts";

const slurm = (id: number, min: number, max: number, count: number, step = 1) => ({
  SLURM_ARRAY_TASK_ID: String(id),
  SLURM_ARRAY_TASK_MIN: String(min),
  SLURM_ARRAY_TASK_MAX: String(max),
  SLURM_ARRAY_TASK_COUNT: String(count),
  SLURM_ARRAY_TASK_STEP: String(step),
});

describe("--shard I/N", () => {
  it.each([
    ["1/1", 1, 1],
    ["3/16", 3, 16],
    ["16/16", 16, 16],
  ])("%s", (text, index, count) => {
    expect(readShard(text, {})).toEqual({ index, count });
  });

  it.each(["0/16", "17/16", "1/0", "3", "/16", "3/", "-1/3", "1.5/3", "3/16/2", "Auto", ""])(
    "refuses %j",
    (text) => {
      expect(() => readShard(text, {})).toThrow(/is neither auto nor I\/N with I from 1 to N/);
    },
  );
});

describe("--shard auto", () => {
  it.each<[scheduler: string, variables: Record<string, string>, index: number, count: number]>([
    ["Kubernetes", { JOB_COMPLETION_INDEX: "0", CFS_SHARDS: "8" }, 1, 8],
    ["Slurm, from 0", slurm(15, 0, 15, 16), 16, 16],
    ["Slurm, from 1", slurm(1, 1, 16, 16), 1, 16],
    ["Slurm, in steps", slurm(6, 0, 6, 4, 2), 4, 4],
    ["Slurm, some tasks again", { ...slurm(7, 3, 7, 2), CFS_SHARDS: "16" }, 8, 16],
    ["AWS Batch", { AWS_BATCH_JOB_ARRAY_INDEX: "2", AWS_BATCH_JOB_ARRAY_SIZE: "3" }, 3, 3],
    ["AWS Batch without a size", { AWS_BATCH_JOB_ARRAY_INDEX: "2", CFS_SHARDS: "3" }, 3, 3],
  ])("%s", (_, variables, index, count) => {
    expect(readShard("auto", variables)).toEqual({ index, count });
  });

  it.each<[why: string, variables: Record<string, string>, sentence: RegExp]>([
    ["no scheduler", {}, /JOB_COMPLETION_INDEX \(Kubernetes\), .* are not set/],
    [
      "no number of tasks",
      { JOB_COMPLETION_INDEX: "0" },
      /CFS_SHARDS is not set, and Kubernetes does not say/,
    ],
    [
      "an index past the end",
      { JOB_COMPLETION_INDEX: "8", CFS_SHARDS: "8" },
      /JOB_COMPLETION_INDEX is 8, but CFS_SHARDS is 8.*from 0 to 7/,
    ],
    [
      "a number that is none",
      { JOB_COMPLETION_INDEX: "x", CFS_SHARDS: "8" },
      /JOB_COMPLETION_INDEX is "x"/,
    ],
    ["gaps", slurm(7, 3, 7, 2), /have gaps .*set CFS_SHARDS/],
    ["a part of the variables", { SLURM_ARRAY_TASK_ID: "1" }, /SLURM_ARRAY_TASK_COUNT is not set/],
    [
      "two schedulers",
      { ...slurm(1, 1, 2, 2), JOB_COMPLETION_INDEX: "0" },
      /JOB_COMPLETION_INDEX and SLURM_ARRAY_TASK_ID are both set/,
    ],
  ])("refuses %s", (_, variables, sentence) => {
    expect(() => readShard("auto", variables)).toThrow(sentence);
  });
});
