import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { startHelper } from "../helper-process.mjs";
import { machine } from "../machine.mjs";
import { median } from "../measure.mjs";
import { writeSection } from "../table.mjs";
import { readWords, refuse, say } from "../words.mjs";

const usage = `npm run bench:shards [-- --workers N]… [--rounds N] [--files N] [--rate BYTES] [--write]
One plan of 2,000 files carried out by 1, 2, 4, 8 and 16 workers with cfs get --plan --shard, from the start of
the first to the end of the last. --limit-rate gives each worker 2 MB/s, or --rate, in place of the link of a
machine of its own, and the service and the store answer after 20 ms. --write replaces the table in
docs/scale.md. Takes about seven minutes a round.
Needs nginx, aria2c, curl and GNU time.
`;
const { words, wordsAfter, rounds } = readWords({
  usage,
  programs: ["nginx", "aria2c", "curl", "/usr/bin/time"],
});
const files = Number(wordsAfter("--files")[0] ?? 2_000);
const bytesPerSecond = Number(wordsAfter("--rate")[0] ?? 2e6);
const chosen = wordsAfter("--workers").map(Number);
const counts = chosen.length > 0 ? chosen : [1, 2, 4, 8, 16];
if ([files, bytesPerSecond, ...counts].some((number) => !Number.isInteger(number) || number < 1))
  refuse("--workers, --files and --rate need a number from 1.");

const sizes = { least: 20_000, most: 800_000 };
const latencyMs = 20;
const root = fileURLToPath(new URL("../..", import.meta.url));
const program = path.join(root, "dist", "cli.js");
const place = fs.mkdtempSync(path.join(os.tmpdir(), "cfs-bench-shards-"));
const out = path.join(place, "out");
const plan = path.join(place, "plan.jsonl");
const loadBefore = (os.loadavg()[0] ?? 0).toFixed(1);

/** What all calls have in common. Each worker has settings of its own, as on a machine of its own. */
function environmentOf({ host }, name, variables) {
  const settings = path.join(place, name);
  const { HOME, PATH } = process.env;
  return { HOME, PATH, RDP_HOST: host, CFS_CONFIG_DIR: settings, ...variables };
}

function makePlan({ host, ...account }) {
  const { appKey, password, username } = account;
  const signIn = { RDP_USERNAME: username, RDP_PASSWORD: password, RDP_APP_KEY: appKey };
  const env = environmentOf({ host }, "planner", signIn);
  const call = (words) => execFileSync(process.execPath, [program, ...words], { env });
  fs.writeFileSync(plan, call(["plan", "bulk-A", "-o", out, "--quiet"]));
  fs.writeFileSync(path.join(place, "token.json"), call(["token", "--json"]));
  return JSON.parse(fs.readFileSync(plan, "utf8").split("\n")[0]);
}

/** Runs one worker; resolves with its seconds and CPU seconds. Rejects if it fails. */
function runWorker(index, count) {
  const report = path.join(place, `time-${index}`);
  const words = ["--plan", plan, "--shard", `${index}/${count}`, "--quiet"];
  const call = [program, "get", ...words, "--limit-rate", String(bytesPerSecond)];
  const env = environmentOf(service.first, `worker-${index}`, {
    CFS_TOKEN_COMMAND: `cat ${path.join(place, "token.json")}`,
  });
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const options = ["-o", report, "-f", "%U %S", process.execPath, ...call];
    const child = spawn("/usr/bin/time", options, { env, stdio: ["ignore", "ignore", "inherit"] });
    child.on("error", reject);
    child.on("exit", (code) => {
      if (code !== 0) return reject(new Error(`worker ${index} of ${count} ended with ${code}`));
      const [user, system] = fs.readFileSync(report, "utf8").split(" ").map(Number);
      resolve({ seconds: (performance.now() - began) / 1_000, cpu: user + system });
    });
  });
}

/** Throws if a file of the plan is missing or wrong. */
function checkAll({ host }) {
  const env = environmentOf({ host }, "planner", {});
  const words = [program, "plan", "--check", plan, "--quiet"];
  const lacking = JSON.parse(
    execFileSync(process.execPath, words, { env }).toString().split("\n")[0],
  );
  if (lacking.files !== 0) throw new Error(`${lacking.files} files are missing or wrong`);
}

async function runWorkers(count) {
  fs.rmSync(out, { recursive: true, force: true });
  // Unwritten data of the previous run would slow down this one.
  execFileSync("sync");
  const before = await service.ask();
  const began = performance.now();
  const workers = await Promise.all(
    Array.from({ length: count }, (_, at) => runWorker(at + 1, count)),
  );
  const seconds = (performance.now() - began) / 1_000;
  const after = await service.ask();
  checkAll(service.first);
  const others = after.cpuSeconds - before.cpuSeconds;
  const own = workers.reduce((sum, { cpu }) => sum + cpu, 0);
  const first = Math.min(...workers.map((worker) => worker.seconds));
  return { seconds, first, own, others };
}

let service;
const runs = new Map(counts.map((count) => [count, []]));
let planned;
try {
  service = await startHelper("shards/service", [files, sizes.least, sizes.most, latencyMs]);
  planned = makePlan(service.first);
  for (let round = 0; round < rounds; round += 1) {
    for (const [count, measured] of runs) {
      const run = await runWorkers(count);
      say(`${count}: ${JSON.stringify(run)}`);
      measured.push(run);
    }
  }
} finally {
  await service?.stop();
  fs.rmSync(place, { recursive: true, force: true });
}

const cores = os.cpus().length;
const [[fewest, ofFewest]] = runs;
const one = median(ofFewest.map(({ seconds }) => seconds)) * fewest;
const lines = [
  "| workers | seconds | times as fast | of linear | of the limit | first worker ends after | CPU of the workers | of the sandbox | of all cores |",
  "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
];
for (const [count, measured] of runs) {
  const middle = (value) => median(measured.map(value));
  const seconds = middle((run) => run.seconds);
  const percent = (share) => `${Math.round(share * 100)} %`;
  const cells = [
    count,
    seconds.toFixed(1),
    (one / seconds).toFixed(1),
    percent(one / seconds / count),
    percent(planned.bytes / (seconds * count * bytesPerSecond)),
    `${middle((run) => run.first).toFixed(1)} s`,
    `${middle((run) => run.own).toFixed(1)} s`,
    `${middle((run) => run.others).toFixed(1)} s`,
    percent(middle(({ own, others, seconds: each }) => (own + others) / (each * cores))),
  ];
  lines.push(`| ${cells.join(" | ")} |`);
}
const megabytes = Math.round(planned.bytes / 1e6);
const facts = `${machine()}. Load of the machine before: ${loadBefore}. ${planned.files} files of 20 to 800 kB, ${megabytes} MB in all, ${bytesPerSecond / 1e6} MB/s for each worker; ${rounds === 1 ? "one round" : `medians of ${rounds} rounds`}.`;
say([facts, "", ...lines].join("\n"));
if (words.includes("--write"))
  writeSection(
    path.join(root, "docs", "scale.md"),
    "bench:shards",
    [facts, "", ...lines].join("\n"),
  );
