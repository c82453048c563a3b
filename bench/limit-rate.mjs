import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { startHelper } from "./helper-process.mjs";
import { machine } from "./machine.mjs";
import { startLocal } from "./servers.mjs";
import { writeSection } from "./table.mjs";
import { readWords, say } from "./words.mjs";

const usage = `npm run bench:limit [-- --work TEXT]… [--write]
The rates of cfs get --limit-rate and of curl --limit-rate over the whole download and over any ten seconds,
from an nginx on this machine over TLS. --work selects the works whose name contains TEXT. --write replaces
the table in docs/performance.md.
Needs nginx, aria2c, curl and openssl.
`;
const { words, wordsAfter } = readWords({
  usage,
  programs: ["nginx", "aria2c", "curl", "openssl"],
});

const all = [
  { name: "1 x 100 MB", filesEach: 1, bytes: 100e6, bytesPerSecond: 5e6 },
  { name: "34 x 3 MB", filesEach: 34, bytes: 3e6, bytesPerSecond: 5e6 },
  { name: "600 x 100 kB", filesEach: 600, bytes: 1e5, bytesPerSecond: 5e5 },
].map((work) => ({ ...work, fileSets: 1 }));
const chosen = wordsAfter("--work");
const works = all.filter(
  ({ name }) => chosen.length === 0 || chosen.some((text) => name.includes(text)),
);

const root = fileURLToPath(new URL("..", import.meta.url));
const program = path.join(root, "dist", "cli.js");
const hook = new URL("limit-rate/count-bodies.mjs", import.meta.url).href;
const place = fs.mkdtempSync(path.join(os.tmpdir(), "cfs-bench-"));
// The server's processes run as nobody.
fs.chmodSync(place, 0o755);

/** Runs a program and returns what `took` reports about its standard output. */
async function run(command, args, { environment = {}, took = () => undefined } = {}) {
  const child = spawn(command, args, {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  for await (const chunk of child.stdout) took(chunk);
  const code = await ended;
  if (code !== 0) throw new Error(`${command} ${args.join(" ")}: ended with ${code}`);
}

/** The arrivals of bytes in `cfs get`. */
async function runCfs({ fileSetIds, bytesPerSecond }) {
  const bodies = path.join(place, "bodies.json");
  const out = path.join(place, "out");
  const limit = ["--limit-rate", String(bytesPerSecond)];
  await run(process.execPath, [program, "get", ...fileSetIds, "-o", out, "--quiet", ...limit], {
    environment: {
      BENCH_BODIES: bodies,
      BENCH_PORT: new URL(server.origins.tls).port,
      NODE_OPTIONS: `--import ${hook}`,
    },
  });
  fs.rmSync(out, { recursive: true });
  return JSON.parse(fs.readFileSync(bodies, "utf8"));
}

/** The arrivals of bytes on the standard output of curl. */
async function runCurl({ files, bytesPerSecond }) {
  const list = path.join(place, "curl");
  fs.writeFileSync(list, files.map(({ path: at }) => `url=${server.origins.tls}${at}\n`).join(""));
  const arrivals = [];
  await run(
    "curl",
    [
      "-sS",
      "--fail",
      "--cacert",
      path.join(place, "cert.pem"),
      "--limit-rate",
      String(bytesPerSecond),
      "-K",
      list,
    ],
    {
      took: (chunk) => arrivals.push([performance.now(), chunk.length]),
    },
  );
  return arrivals;
}

const windowMs = 10_000;

/** The rates as fractions of the limit: over everything, and the least and the most over ten seconds. */
function ratesOf(arrivals, bytesPerSecond) {
  const first = arrivals[0][0];
  const last = arrivals.at(-1)[0];
  const sum = (from, to) =>
    arrivals.reduce((bytes, [at, count]) => (at >= from && at < to ? bytes + count : bytes), 0);
  const windows = [];
  for (let from = first; from + windowMs <= last; from += 100)
    windows.push(sum(from, from + windowMs) / (bytesPerSecond * (windowMs / 1_000)));
  const rate = sum(first, last + 1) / (bytesPerSecond * ((last - first) / 1_000));
  const whole = rate.toFixed(rate < 10 ? 3 : 0);
  // A program that exceeds the limit may need no ten seconds.
  if (windows.length === 0) return [whole, "–"];
  const [least, most] = [Math.min(...windows), Math.max(...windows)];
  return [whole, `${least.toFixed(3)}–${most.toFixed(3)}`];
}

function row(work, program, arrivals) {
  const rate = `${work.bytesPerSecond / 1e6} MB/s`;
  const cells = [work.name, rate, program, ...ratesOf(arrivals, work.bytesPerSecond)];
  return `| ${cells.join(" | ")} |`;
}

let server;
let service;
const loadBefore = (os.loadavg()[0] ?? 0).toFixed(1);
const lines = [
  "| work | limit | program | whole download | any ten seconds |",
  "| --- | --- | --- | --- | --- |",
];
try {
  server = await startLocal(place);
  service = await startHelper("links/service", [place, JSON.stringify(works)]);
  const { appKey, host, password, username } = service.first;
  Object.assign(process.env, {
    RDP_HOST: host,
    RDP_USERNAME: username,
    RDP_PASSWORD: password,
    RDP_APP_KEY: appKey,
    CFS_CONFIG_DIR: path.join(place, "settings"),
    NODE_EXTRA_CA_CERTS: path.join(place, "cert.pem"),
  });
  await service.ask(server.origins.tls);
  say(lines.join("\n"));
  for (const listed of service.first.works) {
    const work = { ...works.find(({ name }) => name === listed.name), ...listed };
    for (const [name, runProgram] of [
      ["cfs get", runCfs],
      ["curl", runCurl],
    ]) {
      const measured = row(work, name, await runProgram(work));
      say(measured);
      lines.push(measured);
    }
  }
} finally {
  await service?.stop();
  await server?.stop();
  fs.rmSync(place, { recursive: true, force: true });
}
const loadAfter = (os.loadavg()[0] ?? 0).toFixed(1);
const facts = `${machine()}. Load of the machine before ${loadBefore}, after ${loadAfter}. Rates as fractions of the limit.`;
say(facts);
if (words.includes("--write"))
  writeSection(
    path.join(root, "docs", "performance.md"),
    "bench:limit",
    [facts, "", ...lines].join("\n"),
  );
