import type { Variables } from "../base/environment-types.ts";
import { AppError } from "../base/errors.ts";
import type { Shard } from "./shards.ts";

/** The number of shards, for schedulers that do not say how many tasks there are. */
const sizeName = "CFS_SHARDS";

/** The variables in which a scheduler gives a task its number. */
interface Scheduler {
  name: string;
  index: string;
  /** How many tasks there are, if it says so. */
  size?: string;
  /** The first number and the distance between two numbers, if these are not 0 and 1. */
  first?: string;
  last?: string;
  step?: string;
}

const schedulers: readonly Scheduler[] = [
  { name: "Kubernetes", index: "JOB_COMPLETION_INDEX" },
  {
    name: "Slurm",
    index: "SLURM_ARRAY_TASK_ID",
    size: "SLURM_ARRAY_TASK_COUNT",
    first: "SLURM_ARRAY_TASK_MIN",
    last: "SLURM_ARRAY_TASK_MAX",
    step: "SLURM_ARRAY_TASK_STEP",
  },
  { name: "AWS Batch", index: "AWS_BATCH_JOB_ARRAY_INDEX", size: "AWS_BATCH_JOB_ARRAY_SIZE" },
];

/**
 * The shard that `text` names: "3/16", or "auto" for the number that the scheduler gave this task. Throws an
 * AppError of kind usage.
 */
export function readShard(text: string, variables: Variables): Shard {
  if (text === "auto") return shardOfTask(variables);
  const [, index = 0, count = 0] = (/^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? []).map(Number);
  if (index >= 1 && index <= count) return { index, count };
  throw shardError(
    `"${text}" is neither auto nor I/N with I from 1 to N`,
    "Write it as --shard 3/16.",
  );
}

function shardOfTask(variables: Variables): Shard {
  const [scheduler, other] = schedulers.filter(({ index }) => variables[index]);
  if (scheduler === undefined) {
    const names = schedulers.map(({ index, name }) => `${index} (${name})`);
    throw shardError(
      `${names.slice(0, -1).join(", ")} and ${names.at(-1)} are not set`,
      "Use auto in a task of such a job, or write it as --shard 3/16.",
    );
  }
  if (other !== undefined) {
    throw shardError(
      `${scheduler.index} and ${other.index} are both set`,
      "Write it as --shard I/N.",
    );
  }
  // What the user sets counts before what the scheduler says, so that some tasks of a job can run again alone.
  if (variables[sizeName]) return shardOfCount(scheduler, sizeName, variables);
  if (scheduler.first !== undefined) return shardOfRange(scheduler, variables);
  if (scheduler.size !== undefined && variables[scheduler.size])
    return shardOfCount(scheduler, scheduler.size, variables);
  throw shardError(
    `${sizeName} is not set, and ${scheduler.name} does not say how many tasks the job has`,
    `Set ${sizeName} to the number of tasks${scheduler.name === "Kubernetes" ? " (completions of the job)" : ""}.`,
  );
}

/** The tasks are numbered from 0. */
function shardOfCount(
  { index: indexName }: Scheduler,
  countName: string,
  variables: Variables,
): Shard {
  const count = readNumber(countName, variables);
  const index = readNumber(indexName, variables);
  if (index < count) return { index: index + 1, count };
  throw shardError(
    `${indexName} is ${index}, but ${countName} is ${count}`,
    `Number the tasks from 0 to ${count - 1}, or write it as --shard I/N.`,
  );
}

/** The tasks have the numbers from `first` to `last`, `step` apart. */
function shardOfRange(scheduler: Scheduler, variables: Variables): Shard {
  const { index: indexName, size = "", first = "", last = "", step = "" } = scheduler;
  const count = readNumber(size, variables);
  const from = readNumber(first, variables);
  const to = readNumber(last, variables);
  const distance = variables[step] ? readNumber(step, variables) : 1;
  const index = (readNumber(indexName, variables) - from) / distance;
  const isEven = (to - from) / distance === count - 1;
  if (isEven && Number.isInteger(index) && index >= 0 && index < count)
    return { index: index + 1, count };
  throw shardError(
    `the numbers of the ${count} tasks from ${from} to ${to} have gaps (${first}, ${last}, ${size})`,
    `Use a range such as --array=0-15, or set ${sizeName} to the number of shards and number the tasks from 0.`,
  );
}

function readNumber(name: string, variables: Variables): number {
  const text = variables[name] ?? "";
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw shardError(
    text === "" ? `${name} is not set` : `${name} is "${text}", not a whole number`,
    "Write it as --shard I/N.",
  );
}

function shardError(answered: string, advice: string): AppError {
  return new AppError({ kind: "usage", tried: "Reading --shard", answered, advice });
}
