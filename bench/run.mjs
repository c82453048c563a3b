import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { casesFor } from "./cases.mjs";
import { machine, warm } from "./machine.mjs";
import { measure, median, spread } from "./measure.mjs";
import { startDelayed, startLocal } from "./servers.mjs";
import { heading, writeTable } from "./table.mjs";
import { readWords, say } from "./words.mjs";

const usage = `npm run bench [-- --rounds N] [--only TEXT] [--large] [--write]
Side by side with curl and aria2c on an nginx of this machine. --only takes the cases with TEXT in
their title, --large adds one file of 10 GB, --write puts what was measured into docs/performance.md,
in the place of what stands there of the same cases. Needs nginx, curl, aria2c, openssl, GNU time.
`;
const { words, wordsAfter, rounds } = readWords({
  usage,
  programs: ["nginx", "aria2c", "curl", "openssl", "/usr/bin/time"],
  rounds: 5,
});
const [only = ""] = wordsAfter("--only");

const root = fileURLToPath(new URL("..", import.meta.url));
const place = fs.mkdtempSync(path.join(os.tmpdir(), "cfs-bench-"));
// The server's processes run as nobody.
fs.chmodSync(place, 0o755);
const out = path.join(place, "out");
const files = path.join(place, "files");
const trusting = `NODE_EXTRA_CA_CERTS=${place}/cert.pem`;
const megabyte = 1024 * 1024;

/** Random bytes of a size, with their hashes; written piece by piece. */
function makeLarge(name, megabytes) {
  const hashes = { sha256: createHash("sha256"), md5: createHash("md5") };
  const fd = fs.openSync(path.join(files, name), "w");
  for (let count = 0; count < megabytes; count += 1) {
    const piece = randomBytes(megabyte);
    fs.writeSync(fd, piece);
    for (const hash of Object.values(hashes)) hash.update(piece);
  }
  fs.closeSync(fd);
  const sums = { sha256: hashes.sha256.digest("hex"), md5: hashes.md5.digest("hex") };
  return { file: { name, bytes: megabytes * megabyte }, sums };
}

/** Lines of records in gzip, about `megabytes` packed. */
function makePacked(name, megabytes) {
  const fd = fs.openSync(path.join(files, name), "w");
  let bytes = 0;
  for (let row = 0; bytes < megabytes * megabyte; ) {
    let lines = "";
    for (let count = 0; count < 50_000; count += 1, row += 1) {
      const value = Math.imul(row, 2654435761) >>> 0;
      lines += `{"ObjectId":${4295000000 + row},"Score":${value / 2 ** 32},"Period":"2023-12-${10 + (row % 20)}"}\n`;
    }
    bytes += fs.writeSync(fd, gzipSync(lines));
  }
  fs.closeSync(fd);
  return { name, bytes };
}

function makeSmall(count, bytes) {
  const names = Array.from({ length: count }, (_, index) => `small-${index}.bin`);
  for (const name of names) fs.writeFileSync(path.join(files, name), randomBytes(bytes));
  return { names, bytes };
}

async function buildEngine() {
  const outdir = path.join(root, "node_modules", ".cfs-bench");
  await build({
    entryPoints: {
      "node-fetch-alone": path.join(root, "bench/node-fetch-alone.ts"),
      fetch: path.join(root, "bench/fetch.ts"),
      "verify-worker": path.join(root, "source/transfer/verify/worker.ts"),
    },
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    minify: true,
    banner: {
      js: 'import { createRequire as createRequireOfBundle } from "node:module"; const require = createRequireOfBundle(import.meta.url);',
    },
  });
  return path.join(outdir, "fetch.mjs");
}

/** Runs all programs of a case in turn, round after round, and gives the rows of its table. */
async function runCase({ title, bytes, ours, peers, goals, keeps }, program) {
  const engine = `${trusting} node --no-warnings ${program} ${out} ${ours.origin} 4`;
  const programs = { cfs: engine, ...peers };
  const taken = Object.fromEntries(Object.keys(programs).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, command] of Object.entries(programs)) {
      if (keeps && fs.existsSync(out))
        fs.renameSync(out, fs.mkdtempSync(path.join(place, "kept-")));
      else fs.rmSync(out, { recursive: true, force: true });
      fs.mkdirSync(out);
      if (!keeps) warm(out, bytes);
      // What the program before left to the system to write would slow down this one.
      execFileSync("sync");
      const input = name === "cfs" ? JSON.stringify(ours.listing) : "";
      taken[name].push(await measure(command, { directory: place, input }));
    }
  }
  const rates = (name) => taken[name].map(({ seconds }) => bytes / 1e6 / seconds);
  const ownRate = median(rates("cfs"));
  return Object.keys(programs).map((name) => {
    const runs = taken[name];
    const ratio = name === "cfs" ? "" : (ownRate / median(rates(name))).toFixed(2);
    const goal = goals[name] === undefined ? "" : `≥ ${goals[name]}`;
    const cells = [
      name === "cfs" ? title : "",
      name,
      spread(rates(name)),
      spread(
        runs.map(({ cpu }) => (cpu * 1e9) / bytes),
        2,
      ),
      spread(runs.map(({ megabytes }) => megabytes)),
      ratio,
      goal,
    ];
    return `| ${cells.join(" | ")} |`;
  });
}

/** What else was at work: over the last 15 minutes. */
const loadBefore = (os.loadavg()[2] ?? 0).toFixed(1);
/** Rows by the title of their case. */
const measured = new Map();
fs.mkdirSync(files, { recursive: true });
const local = await startLocal(place);
const delayed = await startDelayed(local.ports.tls);
try {
  const program = await buildEngine();
  const { file: large, sums } = makeLarge(
    "large.bin",
    Number(wordsAfter("--megabytes")[0] ?? 1024),
  );
  const { file: tens } = makeLarge("tens.bin", 100);
  const packed = makePacked("packed.jsonl.gz", 256);
  const small = makeSmall(1_000, 100_000);
  const lists = { curl: path.join(place, "curl.txt"), aria2c: path.join(place, "aria2c.txt") };
  const urlOf = (name) => `${local.origins.tls}/${name}`;
  fs.writeFileSync(lists.aria2c, small.names.map(urlOf).join("\n"));
  fs.writeFileSync(
    lists.curl,
    small.names.map((name) => `url = ${urlOf(name)}\noutput = ${out}/${name}`).join("\n"),
  );
  const nodeFetchAlone = (origin, files, connections) => {
    const listing = path.join(place, `node-fetch-alone-${files.length}.json`);
    fs.writeFileSync(listing, JSON.stringify(files));
    return `${trusting} node --no-warnings ${path.join(path.dirname(program), "node-fetch-alone.mjs")} ${origin} ${connections} < ${listing}`;
  };
  const servers = { delayed: delayed.origins, local: local.origins };
  const cases = casesFor(
    servers,
    { large, packed, small, sums, tens },
    { lists, nodeFetchAlone, out },
  );
  if (words.includes("--large")) {
    const huge = { name: "huge.bin", bytes: 10 * 1024 * megabyte };
    execFileSync("truncate", ["-s", String(huge.bytes), path.join(files, huge.name)]);
    cases.push({
      title: "10 GB, TLS, no limit",
      bytes: huge.bytes,
      ours: { origin: local.origins.tls, listing: [huge] },
      peers: {},
      goals: {},
    });
  }
  say(heading);
  for (const one of cases.filter(({ title }) => title.includes(only))) {
    const rows = await runCase(one, program);
    measured.set(one.title, rows);
    say(rows.join("\n"));
  }
  if (words.includes("--write")) {
    const facts = `${machine()}. ${rounds} rounds in turn. Load of the machine before: ${loadBefore}.`;
    writeTable(path.join(root, "docs", "performance.md"), measured, facts);
  }
} finally {
  await local.stop();
  await delayed.stop();
  fs.rmSync(place, { recursive: true, force: true });
}
