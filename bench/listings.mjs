import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { startHelper } from "./helper-process.mjs";
import { measure, spread } from "./measure.mjs";
import { readWords, say } from "./words.mjs";

const usage = `npm run bench:listings [-- --rounds N] [--write]
Listings and sync of 500, 5,000 and 50,000 file sets against the sandbox in a process of its own. --write
puts the table into docs/performance.md, under "Listings and sync". Needs GNU time.
`;
const { words, rounds } = readWords({ usage, programs: ["/usr/bin/time"], rounds: 5 });

const root = fileURLToPath(new URL("..", import.meta.url));
const program = path.join(root, "dist", "cli.js");
const place = fs.mkdtempSync(path.join(os.tmpdir(), "cfs-bench-"));
const sizes = [500, 5_000, 50_000];
const shownCount = (count) => count.toLocaleString("en");

async function startService(sizes) {
  const helper = await startHelper("listings-sandbox", sizes);
  return {
    ...helper.first,
    /** What was asked since the last time, but for tokens: "50 file-sets". */
    async asked() {
      const { token: _, ...counts } = await helper.ask();
      const parts = Object.entries(counts).map(([name, count]) => `${shownCount(count)} ${name}`);
      return parts.join(", ") || "none";
    },
    stop: helper.stop,
  };
}

let service;

/** Runs `work` against a service with buckets of these sizes. */
async function against(sizes, work) {
  service = await startService(sizes);
  Object.assign(process.env, {
    RDP_HOST: service.host,
    RDP_USERNAME: service.username,
    RDP_PASSWORD: service.password,
    RDP_APP_KEY: service.appKey,
    CFS_CONFIG_DIR: path.join(place, `settings-${sizes}`),
  });
  await work().finally(() => service.stop());
}

/** A row of the table: a call, so many times, and what one of them asks of the service. */
async function row(work, call, times = rounds) {
  const taken = [];
  await service.asked();
  for (let round = 0; round < times; round += 1) {
    taken.push(await measure(`"${process.execPath}" "${program}" ${call}`, { directory: place }));
    if (round < times - 1) await service.asked();
  }
  const cells = [
    work,
    spread(
      taken.map(({ seconds }) => seconds),
      2,
    ),
    spread(
      taken.map(({ cpu }) => cpu),
      2,
    ),
    spread(taken.map(({ megabytes }) => megabytes)),
    await service.asked(),
  ];
  return `| ${cells.join(" | ")} |`;
}

const loadBefore = (os.loadavg()[0] ?? 0).toFixed(1);
const lines = [
  `${os.cpus().length} cores ${os.cpus()[0]?.model ?? ""}, Node ${process.versions.node}, load before the run ${loadBefore}. Node's start and the session's renewal are in the times; medians and ranges of ${rounds} runs.`,
  "",
  "| work | seconds | CPU s | peak MB | requests |",
  "| --- | --- | --- | --- | --- |",
];
try {
  await against(sizes, async () => {
    for (const words of ["--json", "--json --unsorted", "--json --limit 10"]) {
      for (const size of sizes) {
        const call = `file-sets Sets-${size} ${words}`;
        lines.push(await row(`\`file-sets ${words}\`, ${shownCount(size)} sets`, call));
      }
    }
  });
  for (const size of [1, 500, 5_000]) {
    await against([size], async () => {
      const sync = `sync Sets-${size} --package Sets-${size} -o "${place}/synced-${size}" --quiet`;
      const files = size === 1 ? "1 file" : `${shownCount(size)} files`;
      lines.push(await row(`\`sync\`, the first run, ${files} of 1 kB`, sync, 1));
      lines.push(await row(`\`sync\`, nothing new, ${files} there`, sync));
    });
  }
} finally {
  fs.rmSync(place, { recursive: true, force: true });
}
say(lines.join("\n"));
if (words.includes("--write")) {
  const document = path.join(root, "docs", "performance.md");
  const [head, , tail] = fs
    .readFileSync(document, "utf8")
    .split(/<!-- listings -->\n|<!-- end of listings -->\n/);
  const measured = `<!-- listings -->\n${lines.join("\n")}\n<!-- end of listings -->\n`;
  fs.writeFileSync(document, `${head}${measured}${tail ?? ""}`);
}
