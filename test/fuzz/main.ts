import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { isMainThread, Worker, workerData } from "node:worker_threads";
import * as v from "valibot";
import { createCoverage } from "./coverage.ts";
import { cover, type Explored, explore, repeat } from "./explore.ts";
import { mostInputBytes } from "./mutate.ts";
import type { Target } from "./target.ts";
import { targets } from "./targets.ts";

/*
 * Inputs run in another thread, so that this one notices an input that never ends. Both threads share the
 * number of the run and the bytes of its input.
 */

const askedShape = v.object({
  target: v.optional(v.string()),
  runs: v.pipe(v.number(), v.integer(), v.minValue(1)),
  seed: v.pipe(v.number(), v.integer()),
  input: v.optional(v.string()),
  keep: v.boolean(),
});

const givenShape = v.object({ asked: askedShape, shared: v.instance(SharedArrayBuffer) });

const patienceMs = 20_000;
const headBytes = 8;
const mostCorpusBytes = 20_000;

const say = (text: string) => fs.writeSync(1, `${text}\n`);

if (isMainThread) watch();
else {
  const given = v.parse(givenShape, workerData);
  await work(given.asked, new Uint8Array(given.shared));
}

function watch(): void {
  const shared = new SharedArrayBuffer(headBytes + mostInputBytes);
  const [run, length] = [new Int32Array(shared, 0, 1), new Int32Array(shared, 4, 1)];
  const asked = v.parse(askedShape, JSON.parse(process.argv[2] ?? ""));
  const worker = new Worker(new URL(import.meta.url), { workerData: { asked, shared } });
  let [known, since] = [0, performance.now()];
  const timer = setInterval(() => {
    const now = Atomics.load(run, 0);
    if (now !== known) [known, since] = [now, performance.now()];
    if (performance.now() - since < patienceMs) return;
    const input = Buffer.from(new Uint8Array(shared, headBytes, length[0] ?? 0));
    say(`An input never ends: ${kept(input)}`);
    process.exit(1);
  }, 1_000);
  worker.on("exit", (code) => {
    clearInterval(timer);
    process.exitCode = code;
  });
}

type Asked = v.InferOutput<typeof askedShape>;

async function work(asked: Asked, shared: Uint8Array): Promise<void> {
  const chosen = targets.filter(({ name }) => asked.target === undefined || name === asked.target);
  if (chosen.length === 0)
    say(`Unknown target; use one of ${targets.map(({ name }) => name).join(", ")}.`);
  let problems = chosen.length === 0 ? 1 : 0;
  for (const target of chosen) {
    const problem =
      asked.input === undefined
        ? await fuzz(target, asked, shared)
        : await repeat(target, fs.readFileSync(asked.input));
    if (problem !== undefined) say(problem);
    problems += problem === undefined ? 0 : 1;
  }
  process.exitCode = problems === 0 ? 0 : 1;
}

async function fuzz(
  target: Target,
  { runs, seed, keep }: Asked,
  shared: Uint8Array,
): Promise<string | undefined> {
  const counters = globalThis.fuzzCounters ?? new Uint32Array();
  const [run, length] = [new Int32Array(shared.buffer, 0, 1), new Int32Array(shared.buffer, 4, 1)];
  const coverage = createCoverage(counters);
  const beganAtMs = performance.now();
  const explored = await explore(target, {
    runs,
    seed,
    coverage,
    begins(input) {
      length[0] = input.copy(shared, headBytes);
      Atomics.add(run, 0, 1);
    },
  });
  const seconds = (performance.now() - beganAtMs) / 1_000;
  say(
    [
      `${target.name}: ${explored.runs} inputs with seed ${seed}`,
      `${Math.round(explored.runs / seconds)} a second`,
      `${coverage.reached()} places reached`,
      `${explored.inputs.length} inputs kept while it ran`,
    ].join(", "),
  );
  const { finding } = explored;
  if (finding === undefined) {
    if (keep) await keepCorpus(target, explored);
    return undefined;
  }
  const { input, problem } = finding;
  return `${problem}\n${JSON.stringify(input.toString())}\nnpm run fuzz -- --target ${target.name} --input ${kept(input)}`;
}

async function keepCorpus(target: Target, { inputs }: Explored): Promise<void> {
  const folder = path.join("test/fuzz/corpus", target.name);
  const counters = globalThis.fuzzCounters ?? new Uint32Array();
  const covering = await cover(target, inputs, createCoverage(counters));
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  let bytes = 0;
  for (const input of covering) {
    bytes += input.length;
    if (bytes > mostCorpusBytes) break;
    fs.writeFileSync(path.join(folder, digest(input)), input);
  }
}

function kept(input: Buffer): string {
  const file = path.join(os.tmpdir(), `cfs-fuzz-${digest(input)}`);
  fs.writeFileSync(file, input);
  return file;
}

function digest(input: Buffer): string {
  return createHash("sha256").update(input).digest("hex").slice(0, 12);
}
