import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { randomFrom } from "../../source/sandbox/model/random.ts";
import type { Coverage } from "./coverage.ts";
import { mutate } from "./mutate.ts";
import type { Target } from "./target.ts";
import { wordsIn } from "./words.ts";

export interface Exploration {
  /** The number of new inputs after those of the corpus. */
  runs: number;
  seed: number;
  /** Without it no input is added to the corpus. */
  coverage?: Coverage;
  /** Called before each input. */
  begins?(input: Buffer): void;
}

export interface Explored {
  /** The initial inputs, and those that reached new code. */
  inputs: readonly Buffer[];
  /** The number of inputs read. */
  runs: number;
  finding?: Finding;
}

/** An input with which a reader breaks a promise. */
interface Finding {
  input: Buffer;
  problem: string;
}

const corpusFolder = "test/fuzz/corpus";

function corpusOf(name: string): Buffer[] {
  const folder = path.join(corpusFolder, name);
  const names = fs.existsSync(folder) ? fs.readdirSync(folder).sort() : [];
  return names.map((file) => fs.readFileSync(path.join(folder, file)));
}

/** Runs a target with its seeds, its corpus and new inputs, up to the first finding. The same seed gives the same inputs. */
export async function explore(target: Target, exploration: Exploration): Promise<Explored> {
  const { runs, seed, coverage, begins } = exploration;
  const random = randomFrom(seed);
  const words = wordsIn(target.sources);
  const starting = [...target.seeds().map((input) => Buffer.from(input)), ...corpusOf(target.name)];
  const inputs = [...starting];
  return await inFolder(async (folder) => {
    for (let run = 0; run < starting.length + runs; run += 1) {
      const input = starting[run] ?? mutate({ random, words, parents: inputs });
      begins?.(input);
      const problem = await problemOf(target, input, folder);
      if (problem !== undefined) {
        const finding = await smallest(target, { input, problem }, folder);
        return { inputs, runs: run + 1, finding };
      }
      if (coverage?.isNew() && run >= starting.length) inputs.push(Buffer.from(input));
    }
    return { inputs, runs: starting.length + runs };
  });
}

/** Reads one input again. */
export async function repeat(target: Target, input: Buffer): Promise<string | undefined> {
  return await inFolder((folder) => problemOf(target, input, folder));
}

/** The smallest inputs that together reach the same code as all inputs. */
export async function cover(
  target: Target,
  inputs: readonly Buffer[],
  coverage: Coverage,
): Promise<Buffer[]> {
  const own = new Set(target.seeds().map((input) => Buffer.from(input).toString("latin1")));
  const bySize = [...inputs].sort((one, other) => one.length - other.length);
  const isOwn = (input: Buffer) => own.has(input.toString("latin1"));
  const ordered = [...bySize.filter(isOwn), ...bySize.filter((input) => !isOwn(input))];
  return await inFolder(async (folder) => {
    const kept: Buffer[] = [];
    for (const input of ordered) {
      await target.run(input, folder);
      if (coverage.isNew() && !isOwn(input)) kept.push(input);
    }
    return kept;
  });
}

/** In memory if possible. */
async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const parent = fs.existsSync("/dev/shm") ? "/dev/shm" : os.tmpdir();
  const folder = fs.mkdtempSync(path.join(parent, "cfs-fuzz-"));
  try {
    return await work(folder);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function problemOf(
  target: Target,
  input: Buffer,
  folder: string,
): Promise<string | undefined> {
  try {
    await target.run(input, folder);
    return undefined;
  } catch (thrown) {
    return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  }
}

/** Shrinks the input by leaving out parts, as long as the problem stays the same. */
async function smallest(target: Target, found: Finding, folder: string): Promise<Finding> {
  // What follows the second colon quotes the input.
  const kindOf = (problem: string) => problem.split("\n", 1)[0]?.split(": ", 2).join();
  let least = found;
  for (let part = found.input.length; part >= 1; part = Math.floor(part / 2)) {
    for (let at = 0; at < least.input.length; ) {
      const { input } = least;
      const shorter = Buffer.concat([input.subarray(0, at), input.subarray(at + part)]);
      const problem = await problemOf(target, shorter, folder);
      if (problem !== undefined && kindOf(problem) === kindOf(found.problem))
        least = { input: shorter, problem };
      else at += part;
    }
  }
  return least;
}
