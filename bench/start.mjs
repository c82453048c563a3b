import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as pty from "@lydell/node-pty";
import { startHelper } from "./helper-process.mjs";
import { median, spread } from "./measure.mjs";
import { readWords, say } from "./words.mjs";

const usage = `npm run bench:start [-- --node PATH]… [--program PATH] [--standalone PATH] [--rounds N] [--write]
From the call to its end, or to the first painted screen in a terminal of 30x120, beside "node -e 0" in
the same run; and calls that ask a service on this machine for one file. --node adds another Node,
--standalone the single executable; --write puts the table into docs/start.md.
`;
const { words, wordsAfter, rounds } = readWords({ usage, rounds: 15 });
// What is measured runs in a folder of its own.
const pathsAfter = (name) => wordsAfter(name).map((word) => path.resolve(word));

const root = fileURLToPath(new URL("..", import.meta.url));
const program = path.resolve(wordsAfter("--program")[0] ?? path.join(root, "dist", "cli.js"));
const place = fs.mkdtempSync(path.join(os.tmpdir(), "cfs-bench-start-"));
const loadBefore = os.loadavg()[0]?.toFixed(1);
// Nothing of whoever measures: no session, no credentials, nothing that Node is told.
const environment = {
  PATH: process.env.PATH,
  HOME: place,
  TERM: "xterm-256color",
  LANG: "C.UTF-8",
  CFS_CONFIG_DIR: path.join(place, "settings"),
};

/** Milliseconds to the end of a call. */
function toItsEnd(node, call, env = environment) {
  return new Promise((resolve, reject) => {
    const startMs = performance.now();
    const child = spawn(node, call, { cwd: place, env, stdio: "ignore" });
    child.on("error", reject);
    child.on("exit", (code) => {
      if (code === 0) resolve(performance.now() - startMs);
      else reject(new Error(`${call.join(" ")} ended with ${code}`));
    });
  });
}

// Text as it is read: without the codes that place and colour it.
const plain = (text) =>
  text.replace(/\u001b(?:\[[0-9;?<>=]*[A-Za-z]|\][^\u0007]*(?:\u0007|\u001b\\))/g, "");

/** Milliseconds until a terminal shows `pattern`. */
function toItsText(node, call, pattern) {
  return new Promise((resolve, reject) => {
    const startMs = performance.now();
    const child = pty.spawn(node, call, {
      name: "xterm-256color",
      cols: 120,
      rows: 30,
      cwd: place,
      env: environment,
    });
    let written = "";
    let tookMs;
    child.onData((text) => {
      written += text;
      if (tookMs !== undefined || !pattern.test(plain(written))) return;
      tookMs = performance.now() - startMs;
      child.kill("SIGKILL");
    });
    child.onExit(() => {
      if (tookMs === undefined) reject(new Error(`${call.join(" ")} showed only:\n${written}`));
      else resolve(tookMs);
    });
  });
}

const floors = (node) => [
  { name: "`node -e 0`", run: () => toItsEnd(node, ["-e", "0"]) },
  {
    name: "`node`, one line in a terminal",
    run: () => toItsText(node, ["-e", "process.stdout.write('here')"], /here/),
  },
];

const starts = (command, ...first) => [
  {
    name: "`cfs --version`",
    run: () => toItsEnd(command, [...first, "--version"]),
    goal: 1.5,
  },
  { name: "`cfs --help`", run: () => toItsEnd(command, [...first, "--help"]), goal: 1.5 },
  {
    name: "`cfs`, the sign-in painted",
    run: () => toItsText(command, first, /App key/),
    goal: 3.5,
  },
  {
    name: "`cfs --demo`, the bucket screen painted",
    run: () => toItsText(command, [...first, "--demo"], /Known buckets/),
  },
];

/**
 * A call for the only file of a service. Each row has a service and a settings folder of its own, because one
 * folder may send thirty token requests without a pause.
 */
async function request(name, argumentsFor, command, ...words) {
  const service = await startHelper("listings-sandbox", ["1", "--bytes=60000"]);
  services.push(service);
  const account = service.first;
  const env = {
    ...environment,
    CFS_CONFIG_DIR: fs.mkdtempSync(path.join(place, "settings-")),
    RDP_HOST: account.host,
    RDP_USERNAME: account.username,
    RDP_PASSWORD: account.password,
    RDP_APP_KEY: account.appKey,
  };
  const idFrom = (...call) =>
    execFileSync(command, [...words, ...call, "--columns", "id"], { env, encoding: "utf8" })
      .trim()
      .split("\n")
      .at(-1);
  const file = idFrom("files", idFrom("file-sets", "Sets-1"));
  return { name, run: () => toItsEnd(command, [...words, ...argumentsFor(file)], env) };
}

const requests = async (...call) => [
  await request("`cfs url`", (file) => ["url", file], ...call),
  await request("`cfs get`, 60 kB", (file) => ["get", file, "--overwrite", "-o", place], ...call),
];

async function measure(cases, hasGoals = true) {
  const taken = cases.map(() => []);
  // The first round fills what is kept from start to start, and is not counted.
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, { run }] of cases.entries()) {
      const tookMs = await run();
      if (round > 0) taken[index].push(tookMs);
    }
  }
  const floor = median(taken[0]);
  return cases.map(({ name, goal }, index) => {
    const times = `${(median(taken[index]) / floor).toFixed(2)}`;
    const wanted = hasGoals && goal !== undefined ? `≤ ${goal}` : "";
    return `| ${name} | ${spread(taken[index])} | ${times} | ${wanted} |`;
  });
}

const tableOf = (title, rows) => [
  "",
  `| ${title} | ms | times \`node -e 0\` | goal |`,
  "| --- | --- | --- | --- |",
  ...rows,
];

function versionOf(node) {
  return new Promise((resolve) => {
    const child = spawn(node, ["--version"], { stdio: ["ignore", "pipe", "ignore"] });
    child.stdout.once("data", (text) => resolve(String(text).trim()));
  });
}

const lines = [
  `${os.cpus().length} cores ${os.cpus()[0]?.model ?? ""}, load before the run ${loadBefore}, ${rounds} rounds in turn: medians and ranges.`,
];
const services = [];
try {
  for (const node of [process.execPath, ...pathsAfter("--node")]) {
    const rows = await measure([
      ...floors(node),
      ...starts(node, program),
      ...(await requests(node, program)),
    ]);
    lines.push(...tableOf(`Node ${await versionOf(node)}`, rows));
  }
  for (const standalone of pathsAfter("--standalone")) {
    const rows = await measure(
      [...floors(process.execPath), ...starts(standalone), ...(await requests(standalone))],
      false,
    );
    lines.push(...tableOf(`The single executable, beside Node ${process.version}`, rows));
  }
} finally {
  for (const service of services) await service.stop();
  fs.rmSync(place, { recursive: true, force: true });
}
say(lines.join("\n"));
if (words.includes("--write")) {
  const document = path.join(root, "docs", "start.md");
  const [head, , tail] = fs
    .readFileSync(document, "utf8")
    .split(/<!-- measured -->\n|<!-- end of measured -->\n/);
  const measured = `<!-- measured -->\n${lines.join("\n")}\n<!-- end of measured -->\n`;
  fs.writeFileSync(document, `${head}${measured}${tail}`);
}
