// Runs the recipe for Slurm under a real Slurm on this machine: an array of jobs over a plan of the sandbox,
// with workers killed at random, until every file is there. Needs root, and from Debian: slurmctld, slurmd,
// slurm-client and munge. All that it starts and writes is its own and is removed at the end.
import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmod,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs, promisify } from "node:util";

const usage = `npm run slurm [-- --kills N]
Runs recipes/slurm-array.sh for 2,160 files of the sandbox on four nodes of a Slurm that it starts, and kills
N workers with SIGKILL (12 by default). Ends with 1 if a file is missing or wrong.
`;
const { values } = parseArgs({
  options: { kills: { type: "string", default: "12" }, help: { type: "boolean" } },
});
if (values.help) {
  process.stdout.write(usage);
  process.exit(0);
}
const kills = Number(values.kills);
const run = promisify(execFile);
const program = resolve("dist/cli.js");
const recipe = resolve("recipes/slurm-array.sh");
const folder = await mkdtemp(join(tmpdir(), "cfs-slurm-"));
const started = [];
const environment = { ...process.env, SLURM_CONF: join(folder, "slurm.conf") };
delete environment.NODE_OPTIONS;

try {
  await startSlurm();
  const sandbox = await startSandbox();
  process.exitCode = (await proveArray(sandbox)) ? 0 : 1;
} finally {
  for (const child of started.toReversed()) child.kill("SIGTERM");
  await Promise.all(started.map(({ ended }) => ended));
  await rm(folder, { recursive: true, force: true });
}

/** Keeps a daemon in the foreground, so that it ends with this script. */
function start(command, ...options) {
  const child = spawn(command, options, { env: environment, cwd: folder, stdio: "ignore" });
  child.ended = new Promise((done) => child.on("close", done).on("error", done));
  started.push(child);
  return child;
}

async function startSlurm() {
  const key = join(folder, "munge.key");
  const socket = join(folder, "munge.socket");
  await chmod(folder, 0o755);
  await writeFile(key, randomBytes(1024), { mode: 0o400 });
  const files = ["pid", "log", "seed"].map(
    (kind) => `--${kind}-file=${join(folder, `munge.${kind}`)}`,
  );
  start("munged", "--foreground", "--force", `--key-file=${key}`, `--socket=${socket}`, ...files);
  await until(() => stat(socket));
  const host = hostname().split(".")[0];
  for (const name of ["state", "n1", "n2", "n3", "n4"]) await mkdir(join(folder, name));
  const settings = {
    ClusterName: "cfs",
    SlurmctldHost: `${host}(127.0.0.1)`,
    SlurmctldPort: 26817,
    SlurmUser: "root",
    AuthType: "auth/munge",
    AuthInfo: `socket=${socket}`,
    CredType: "cred/munge",
    MpiDefault: "none",
    ProctrackType: "proctrack/linuxproc",
    TaskPlugin: "task/none",
    SelectType: "select/cons_res",
    SelectTypeParameters: "CR_CPU",
    SlurmdParameters: "config_overrides",
    StateSaveLocation: join(folder, "state"),
    SlurmdSpoolDir: join(folder, "%n"),
    SlurmctldPidFile: join(folder, "slurmctld.pid"),
    SlurmdPidFile: join(folder, "%n.pid"),
    SlurmctldLogFile: join(folder, "slurmctld.log"),
    SlurmdLogFile: join(folder, "%n.log"),
    ReturnToService: 2,
  };
  const node = `NodeName=n[1-4] NodeHostname=${host} NodeAddr=127.0.0.1 Port=[27001-27004] CPUs=8 RealMemory=8000`;
  const partition = "PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP";
  const lines = Object.entries(settings).map((pair) => pair.join("="));
  await writeFile(environment.SLURM_CONF, `${[...lines, node, partition].join("\n")}\n`);
  start("slurmctld", "-D", "-c");
  for (const name of ["n1", "n2", "n3", "n4"]) start("slurmd", "-D", "-N", name);
  await until(async () => /^4$/m.test(await slurm("sinfo", "-h", "-t", "idle", "-o", "%D")));
}

async function slurm(command, ...options) {
  return (await run(command, options, { env: environment, cwd: folder })).stdout;
}

/** Waits for a state that holds soon. */
async function until(holds) {
  for (let tries = 0; ; tries += 1) {
    if (await Promise.resolve(holds()).catch(() => false)) return;
    if (tries > 600) throw new Error(`a state never came: ${holds}`);
    await wait(200);
  }
}

async function startSandbox() {
  const path = join(folder, "sandbox.json");
  const output = await open(path, "w");
  const child = spawn(process.execPath, [program, "sandbox", "--json", "--fault", "slow"], {
    env: environment,
    stdio: ["ignore", output.fd, "ignore"],
  });
  child.ended = new Promise((done) => child.on("close", done));
  started.push(child);
  await output.close();
  await until(async () => (await readFile(path, "utf8")).endsWith("\n"));
  return JSON.parse(await readFile(path, "utf8"));
}

async function cfs(options, variables) {
  const env = { ...environment, CFS_CONFIG_DIR: join(folder, "settings"), ...variables };
  const most = { maxBuffer: 64 * 1024 * 1024 };
  return run(process.execPath, [program, ...options], { env, cwd: folder, ...most });
}

/** Resolves with true if every file of the plan is there once, and right. */
async function proveArray({ host, username, password, appKey }) {
  const credentials = {
    RDP_HOST: host,
    RDP_USERNAME: username,
    RDP_PASSWORD: password,
    RDP_APP_KEY: appKey,
  };
  const out = join(folder, "out");
  const planned = await cfs(["plan", "bulk-Custom", "-o", out], credentials);
  const plan = join(folder, "plan.jsonl");
  await writeFile(plan, planned.stdout);
  const files = planned.stdout
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => JSON.parse(line));
  await writeFile(join(folder, "token.json"), (await cfs(["token", "--json"], credentials)).stdout);
  await mkdir(join(folder, "bin"));
  const call = `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`;
  await writeFile(join(folder, "bin", "cfs"), call, { mode: 0o755 });
  Object.assign(environment, {
    RDP_HOST: host,
    PATH: `${join(folder, "bin")}:${environment.PATH}`,
    CFS_CONFIG_DIR: join(folder, "worker"),
    CFS_TOKEN_COMMAND: `cat ${join(folder, "token.json")}`,
  });
  const beganAtMs = performance.now();
  await slurm("sbatch", `--output=${join(folder, "%a.out")}`, recipe, plan);
  let killed = 0;
  /** When a requeued task was told to start, in milliseconds. */
  const toldAtMs = new Map();
  for (;;) {
    const tasks = (await slurm("squeue", "-h", "-o", "%i %t %r")).trim();
    if (tasks === "") break;
    // Slurm starts a requeued job two minutes later. Within a second or two its node still takes it for killed.
    for (const [, id] of tasks.matchAll(/^(\S+) PD BeginTime$/gm)) {
      if (performance.now() - (toldAtMs.get(id) ?? Number.NEGATIVE_INFINITY) < 10_000) continue;
      toldAtMs.set(id, performance.now());
      await slurm("scontrol", "update", `JobId=${id}`, "StartTime=now+4").catch(() => undefined);
    }
    if (killed < kills && (await killOne(plan))) killed += 1;
    await wait(300);
  }
  const seconds = (performance.now() - beganAtMs) / 1_000;
  const checked = await cfs(["plan", "--check", plan, "--quiet"], {});
  const { files: lacking } = JSON.parse(checked.stdout.split("\n")[0]);
  const names = (await readdir(out)).toSorted();
  const isExact =
    names.join("\n") ===
    files
      .map(({ name }) => name)
      .toSorted()
      .join("\n");
  process.stdout.write(
    `${files.length} files, 16 tasks on 4 nodes, ${killed} killed: ${lacking} missing or wrong, ${isExact ? "no other file" : "other files too"}, ${seconds.toFixed(0)} s\n`,
  );
  return lacking === 0 && isExact && killed === kills;
}

/** Kills one worker; false if none runs. */
async function killOne(plan) {
  const found = await run("pgrep", ["-f", `get --plan ${plan}`]).catch(() => ({ stdout: "" }));
  const pids = found.stdout
    .trim()
    .split("\n")
    .filter((pid) => pid !== "");
  const pid = Number(pids[Math.floor(Math.random() * pids.length)]);
  if (!Number.isInteger(pid) || pid === 0) return false;
  try {
    process.kill(pid, "SIGKILL");
    return true;
  } catch {
    return false;
  }
}
