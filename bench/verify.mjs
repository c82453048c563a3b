import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { machine } from "./machine.mjs";
import { measure, median, spread } from "./measure.mjs";
import { writeRows } from "./table.mjs";
import { readWords, say } from "./words.mjs";

const usage = `npm run bench:verify [-- --rounds N] [--work TEXT]… [--write]
Times cfs verify beside sha256sum -c on the same folders, which are in the page cache. --work selects the
folders whose name contains TEXT. --write replaces the measured rows in docs/performance.md. Needs sha256sum, nginx, aria2c, curl and GNU time, and 2.5 GB of disk.
`;
const { words, wordsAfter, rounds } = readWords({
  usage,
  programs: ["sha256sum", "nginx", "aria2c", "curl", "/usr/bin/time"],
  rounds: 5,
});

const folders = [
  { name: "1 x 400 MB", files: 1, bytes: 400e6 },
  { name: "6 x 400 MB", files: 6, bytes: 400e6 },
  { name: "2,000 x 100 kB", files: 2_000, bytes: 1e5 },
];
const root = fileURLToPath(new URL("..", import.meta.url));
const place = fs.mkdtempSync(path.join(os.tmpdir(), "cfs-bench-"));

function fill({ files, bytes }, directory) {
  fs.mkdirSync(directory);
  for (let part = 0; part < files; part += 1)
    fs.writeFileSync(path.join(directory, `part${part}.bin`), Buffer.alloc(bytes, part));
  execFileSync("bash", ["-c", "ls *.bin | xargs -P 2 -n 1 sha256sum > SHA256SUMS"], {
    cwd: directory,
  });
}

async function row(folder) {
  const directory = path.join(place, "folder");
  fill(folder, directory);
  const programs = {
    cfs: `"${process.execPath}" "${path.join(root, "dist", "cli.js")}" verify "${directory}" --quiet`,
    sha256sum: `cd "${directory}" && exec sha256sum --quiet -c SHA256SUMS`,
  };
  const runs = { cfs: [], sha256sum: [] };
  for (let round = 0; round < rounds; round += 1)
    for (const [name, command] of Object.entries(programs))
      runs[name].push(await measure(command, { directory: place }));
  fs.rmSync(directory, { recursive: true });
  const seconds = (name) => runs[name].map((run) => run.seconds);
  const cpu = (name) => median(runs[name].map((run) => run.cpu)).toFixed(2);
  const times = (median(seconds("sha256sum")) / median(seconds("cfs"))).toFixed(2);
  const cells = [
    folder.name,
    spread(seconds("cfs"), 2),
    spread(seconds("sha256sum"), 2),
    times,
    `${cpu("cfs")} / ${cpu("sha256sum")}`,
  ];
  return `| ${cells.join(" | ")} |`;
}

const loadBefore = (os.loadavg()[0] ?? 0).toFixed(1);
const facts = `${machine()}. ${rounds} rounds in turn: medians and ranges. Load of the machine before: ${loadBefore}.`;
const heading = [
  "| folder | `cfs verify`, s | `sha256sum -c`, s | cfs is | CPU s |",
  "| --- | --- | --- | --- | --- |",
];
const rows = [];
const texts = wordsAfter("--work");
const chosen = folders.filter(
  ({ name }) => texts.length === 0 || texts.some((text) => name.includes(text)),
);
try {
  for (const folder of chosen) {
    const measured = await row(folder);
    say(measured);
    rows.push(measured);
  }
} finally {
  fs.rmSync(place, { recursive: true, force: true });
}
if (words.includes("--write")) {
  const order = folders.map(({ name }) => name);
  const document = path.join(root, "docs", "performance.md");
  writeRows(document, "bench:verify", { facts, heading, rows, order });
}
