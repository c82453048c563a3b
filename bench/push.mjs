import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startHelper } from "./helper-process.mjs";
import { spread } from "./measure.mjs";

const usage = `npm run bench:push [-- --rounds N] [--write]
From the moment at which a file set of one file of 1 MB is published until the file has its final name, by
cfs watch and by cfs sync --watch 1m, against the sandbox in a process of its own. N is the number of file
sets for cfs watch (default 40). --write puts the table into docs/watch.md. Takes about seven minutes.
`;
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "40" },
    write: { type: "boolean" },
    help: { type: "boolean" },
  },
});
if (values.help) {
  process.stdout.write(usage);
  process.exit(0);
}
const rounds = Number(values.rounds);
/** Started at different moments of a minute, so that each file set is measured at several. */
const syncs = 5;
const roundsOfSync = 6;

const root = fileURLToPath(new URL("..", import.meta.url));
const program = path.join(root, "dist", "cli.js");
const place = fs.mkdtempSync(path.join(os.tmpdir(), "cfs-bench-push-"));
const loadBefore = (os.loadavg()[0] ?? 0).toFixed(1);
const service = await startHelper("push-sandbox", []);
const { host, username, password, appKey } = service.first;
const env = {
  PATH: process.env.PATH,
  HOME: place,
  RDP_HOST: host,
  RDP_USERNAME: username,
  RDP_PASSWORD: password,
  RDP_APP_KEY: appKey,
  CFS_CONFIG_DIR: path.join(place, "settings"),
};

/** Runs a call that keeps `folder` up to date. Its files are there by name, each with the time of its arrival. */
function follow(folder, call) {
  const directory = path.join(place, folder);
  fs.mkdirSync(directory);
  const arrivals = new Map();
  let look = () => undefined;
  const watcher = fs.watch(directory, (_, name) => {
    if (arrivals.has(name) || !fs.existsSync(path.join(directory, name))) return;
    arrivals.set(name, performance.now());
    look();
  });
  const options = [...call, "--package", "Pack-A", "-o", directory];
  const child = spawn(process.execPath, [program, ...options], { env, stdio: "ignore" });
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`${call.join(" ")} ended with ${code}`);
  });
  ended.catch(() => undefined);
  return {
    arrived(name) {
      const arrived = new Promise((resolve) => {
        look = () => arrivals.has(name) && resolve(arrivals.get(name));
        look();
      });
      return Promise.race([arrived, ended]);
    },
    async stop() {
      watcher.close();
      child.kill("SIGINT");
      await ended.catch(() => undefined);
    },
  };
}

/** Publishes a file set; resolves with the seconds until each of the folders has its file. */
async function publish(followers) {
  const beganAtMs = performance.now();
  const { filename } = await service.ask();
  const arrivals = await Promise.all(followers.map(({ arrived }) => arrived(filename)));
  return arrivals.map((atMs) => (atMs - beganAtMs) / 1_000);
}

async function measureWatch() {
  const watching = follow("watched", ["watch", "bulk-A"]);
  // The first one shows that it listens.
  await publish([watching]);
  const taken = [];
  for (let round = 0; round < rounds; round += 1) {
    await wait(200 + Math.random() * 800);
    taken.push(...(await publish([watching])));
  }
  await watching.stop();
  return taken;
}

async function measureSync() {
  const followers = [];
  for (let index = 0; index < syncs; index += 1) {
    followers.push(follow(`synced-${index}`, ["sync", "bulk-A", "--watch", "1m"]));
    await wait(60_000 / syncs);
  }
  const taken = [];
  for (let round = 0; round < roundsOfSync; round += 1) taken.push(...(await publish(followers)));
  await Promise.all(followers.map(({ stop }) => stop()));
  return taken;
}

const lines = [
  `${os.cpus().length} cores ${os.cpus()[0]?.model ?? ""}, Node ${process.versions.node}, load before the run ${loadBefore}: medians and ranges.`,
  "",
  "| call | file sets | seconds from publish to the final name |",
  "| --- | --- | --- |",
];
try {
  const watched = await measureWatch();
  lines.push(`| \`cfs watch\` | ${watched.length} | ${spread(watched, 2)} |`);
  const synced = await measureSync();
  lines.push(
    `| \`cfs sync --watch 1m\` | ${roundsOfSync} in ${syncs} folders | ${spread(synced, 1)} |`,
  );
} finally {
  await service.stop();
  fs.rmSync(place, { recursive: true, force: true });
}
process.stdout.write(`${lines.join("\n")}\n`);
if (values.write) {
  const document = path.join(root, "docs", "watch.md");
  const [head, , tail] = fs
    .readFileSync(document, "utf8")
    .split(/<!-- measured -->\n|<!-- end of measured -->\n/);
  const measured = `<!-- measured -->\n${lines.join("\n")}\n<!-- end of measured -->\n`;
  fs.writeFileSync(document, `${head}${measured}${tail ?? ""}`);
}
