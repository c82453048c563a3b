import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import { bundleOptions } from "./bundle.mjs";
import { bugs, withBug } from "./simulation/bugs.mjs";

const usage = `npm run sim [-- --seeds N] [--seed S] [--trace] [--bug NAME]

Runs N simulated worlds (default 2000). In each world several processes of the program, the disk, clock and
power supply of a machine, the service and its object store are simulated, with faults; its seed decides
everything. Prints each problem with the command that reproduces it, and exits with 1. --seed S runs only
that world, or starts there with --seeds; --trace prints its events. --bug builds a known bug into the
program, and starts at a world that shows it: ${Object.keys(bugs).join(", ")}.
`;

const text = { type: "string" };
const { values } = parseArgs({
  options: {
    seeds: text,
    seed: text,
    bug: text,
    trace: { type: "boolean" },
    help: { type: "boolean" },
  },
});
if (values.help) {
  process.stdout.write(usage);
  process.exit();
}

const form = { bundle: true, platform: "node", target: "node20", logLevel: "error" };

/** Packages without state between calls, which all simulated processes share. */
const pure = ["ajv/*", "ajv-formats", "commander", "dot-prop", "picomatch", "semver", "valibot"];

/** Bundles the program as one function whose parameters are the modules of a simulated process. */
async function bundleProgram(bug) {
  const { outputFiles } = await build({
    ...form,
    entryPoints: ["test/simulation/realm/program.ts"],
    format: "cjs",
    external: ["node-fetch", ...pure],
    alias: bundleOptions.alias,
    define: { ...bundleOptions.define, "import.meta.url": '"file:///program/cli.js"' },
    plugins: bug === undefined ? [] : [withBug(bug)],
    write: false,
  });
  return outputFiles[0].text;
}

async function bundleSimulation(outfile) {
  const { banner, define } = bundleOptions;
  const entryPoints = ["test/simulation/main.ts"];
  await build({ ...form, entryPoints, outfile, format: "esm", banner, define });
}

function runShare(share) {
  const worker = new Worker(new URL("./simulation/worlds-worker.mjs", import.meta.url), {
    // Worlds produce much short-lived garbage.
    resourceLimits: { maxYoungGenerationSizeMb: 128 },
    workerData: { ...share, traces: values.trace ?? false, stops: values.bug !== undefined },
  });
  return new Promise((resolve, reject) => {
    worker.on("message", ({ line, summary }) => {
      if (line !== undefined) process.stdout.write(`${line}\n`);
      if (summary !== undefined) resolve(summary);
    });
    worker.on("error", reject);
    worker.on("exit", (code) => reject(new Error(`a thread ended with ${code}`)));
  });
}

function sumOf(summaries) {
  const sum = { worlds: 0, problems: 0, steps: 0, virtualMs: 0, hash: 0, faults: {} };
  for (const { faults, ...counts } of summaries) {
    for (const [name, count] of Object.entries(counts)) sum[name] += count;
    for (const [name, count] of Object.entries(faults))
      sum.faults[name] = (sum.faults[name] ?? 0) + count;
  }
  return sum;
}

const first = Number(values.seed ?? bugs[values.bug]?.world ?? 1);
const count = Number(values.seeds ?? (values.seed === undefined ? 2000 : 1));
// The first world shows a known bug as a rule, so one thread is enough.
const threads = values.bug === undefined ? Math.min(count, availableParallelism()) : 1;
const beganMs = performance.now();
const folder = await mkdtemp(join(tmpdir(), "cfs-simulation-"));
try {
  const main = join(folder, "main.mjs");
  const [code] = await Promise.all([bundleProgram(values.bug), bundleSimulation(main)]);
  const seeds = Array.from({ length: count }, (_, index) => first + index);
  const shares = Array.from({ length: threads }, (_, thread) => ({
    code,
    main: pathToFileURL(main).href,
    seeds: seeds.filter((_seed, index) => index % threads === thread),
  }));
  const sum = sumOf(await Promise.all(shares.map(runShare)));
  const faults = Object.values(sum.faults).reduce((all, one) => all + one, 0);
  const seconds = ((performance.now() - beganMs) / 1_000).toFixed(1);
  const hours = Math.round(sum.virtualMs / 3_600_000);
  const trace = (sum.hash >>> 0).toString(16).padStart(8, "0");
  process.stdout.write(
    `${sum.worlds} worlds, ${hours} simulated hours, ${sum.steps} steps, ${faults} faults of ${Object.keys(sum.faults).length} kinds: ${sum.problems} with a problem; trace ${trace}; ${seconds} s\n`,
  );
  process.exitCode = sum.problems === 0 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
