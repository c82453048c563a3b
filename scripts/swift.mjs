// Stores files of the sandbox in a real object store on this machine: OpenStack Swift with its S3 interface,
// which checks signatures. Needs, from Debian: swift-proxy, swift-account, swift-container, swift-object and
// memcached, and a folder with extended attributes. All that it starts and writes is its own and is removed at
// the end.
import { execFile, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs, promisify } from "node:util";
import { AwsClient } from "aws4fetch";

const usage = `npm run swift [-- --folder FOLDER] [--keep]
Starts OpenStack Swift below FOLDER (by default that of temporary files), and runs get, sync and plan of the
sandbox into it: kill and continue, two at once, a changed object, wrong credentials. Ends with 1 if an object is
missing or wrong. With --keep its folder stays.
`;
const { values } = parseArgs({
  options: {
    folder: { type: "string", default: tmpdir() },
    keep: { type: "boolean" },
    help: { type: "boolean" },
  },
});
if (values.help) {
  process.stdout.write(usage);
  process.exit(0);
}
const run = promisify(execFile);
const program = resolve("dist/cli.js");
const folder = await mkdtemp(join(values.folder, "cfs-swift-"));
const started = [];
const accessKeyId = "test:tester";
const secretAccessKey = "testing";
const results = [];
for (const name of ["SIGTERM", "SIGINT"])
  process.once(name, () => {
    for (const child of started) child.kill("SIGTERM");
    process.exit(1);
  });

try {
  const endpoint = await startSwift();
  const sandbox = await startSandbox();
  await prove(endpoint, sandbox);
} catch (thrown) {
  results.push(false);
  process.stdout.write(`${thrown?.stack ?? thrown}\n`);
} finally {
  for (const child of started.toReversed()) child.kill("SIGTERM");
  await Promise.all(started.map(({ ended }) => ended));
  if (!values.keep) await rm(folder, { recursive: true, force: true });
}
process.exitCode = results.every((isRight) => isRight) ? 0 : 1;

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** Keeps a server in the foreground, so that it ends with this script. */
async function start(name, command, ...options) {
  const log = await open(join(folder, `${name}.log`), "w");
  const env = { ...process.env, SWIFT_TEST_CONFIG_FILE: "" };
  const child = spawn(command, options, { cwd: folder, env, stdio: ["ignore", log.fd, log.fd] });
  child.ended = new Promise((done) => child.on("close", done).on("error", done));
  started.push(child);
  await log.close();
  return child;
}

async function startSwift() {
  const ports = {};
  for (const name of ["proxy", "account", "container", "object", "memcached"])
    ports[name] = await freePort();
  await mkdir(join(folder, "devices", "d1"), { recursive: true });
  const hash = randomBytes(8).toString("hex");
  await writeFile(
    join(folder, "swift.conf"),
    `[swift-hash]\nswift_hash_path_prefix = ${hash}\nswift_hash_path_suffix = ${hash}\n[storage-policy:0]\nname = one\ndefault = yes\n`,
  );
  for (const name of ["account", "container", "object"]) {
    const builder = join(folder, `${name}.builder`);
    await run("swift-ring-builder", [builder, "create", "6", "1", "1"]);
    const device = `r1z1-127.0.0.1:${ports[name]}/d1`;
    await run("swift-ring-builder", [builder, "add", device, "1"]);
    await run("swift-ring-builder", [builder, "rebalance"]);
    await writeFile(
      join(folder, `${name}.conf`),
      `[DEFAULT]
swift_dir = ${folder}
devices = ${join(folder, "devices")}
mount_check = false
bind_ip = 127.0.0.1
bind_port = ${ports[name]}
workers = 1
user = root
disable_fallocate = true
recon_cache_path = ${folder}
log_address = ${join(folder, "no-log")}
[pipeline:main]
pipeline = ${name}-server
[app:${name}-server]
use = egg:swift#${name}
`,
    );
  }
  await writeFile(
    join(folder, "proxy.conf"),
    `[DEFAULT]
swift_dir = ${folder}
bind_ip = 127.0.0.1
bind_port = ${ports.proxy}
workers = 2
user = root
log_address = ${join(folder, "no-log")}
[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck cache listing_formats bulk s3api tempauth copy slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
allow_account_management = true
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
s3_acl = false
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = ${secretAccessKey} .admin
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:${ports.memcached}
${["catch_errors", "gatekeeper", "healthcheck", "listing_formats", "bulk", "copy", "slo", "dlo"]
  .map((name) => `[filter:${name}]\nuse = egg:swift#${name}\n`)
  .join("")}`,
  );
  await start(
    "memcached",
    "memcached",
    "-u",
    "root",
    "-l",
    "127.0.0.1",
    "-p",
    String(ports.memcached),
  );
  for (const name of ["account", "container", "object"])
    await start(name, `swift-${name}-server`, join(folder, `${name}.conf`));
  await start("proxy", "swift-proxy-server", join(folder, "proxy.conf"));
  const endpoint = `http://127.0.0.1:${ports.proxy}`;
  await until(async () => (await fetch(`${endpoint}/healthcheck`)).ok);
  return endpoint;
}

async function startSandbox() {
  const path = join(folder, "sandbox.json");
  const output = await open(path, "w");
  const child = spawn(process.execPath, [program, "sandbox", "--json"], {
    stdio: ["ignore", output.fd, "ignore"],
  });
  child.ended = new Promise((done) => child.on("close", done));
  started.push(child);
  await output.close();
  await until(async () => (await readFile(path, "utf8")).endsWith("\n"));
  return JSON.parse(await readFile(path, "utf8"));
}

/** Waits for a state that holds soon. */
async function until(holds) {
  for (let tries = 0; ; tries += 1) {
    if (await Promise.resolve(holds()).catch(() => false)) return;
    if (tries > 300) throw new Error(`a state never came: ${holds}`);
    await wait(200);
  }
}

async function prove(endpoint, { host, username, password, appKey }) {
  const client = new AwsClient({
    accessKeyId,
    secretAccessKey,
    region: "us-east-1",
    service: "s3",
  });
  const store = (path, init) => client.fetch(`${endpoint}/${path}`, init);
  const environment = {
    PATH: process.env.PATH,
    HOME: folder,
    CFS_CONFIG_DIR: join(folder, "settings"),
    RDP_HOST: host,
    RDP_USERNAME: username,
    RDP_PASSWORD: password,
    RDP_APP_KEY: appKey,
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  };
  const cfs = (words, more = {}) => {
    const child = spawn(process.execPath, [program, ...words], {
      env: { ...environment, ...more },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const texts = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"])
      child[name].setEncoding("utf8").on("data", (text) => {
        texts[name] += text;
      });
    let memory = 0;
    const timer = setInterval(async () => {
      const status = await readFile(`/proc/${child.pid}/status`, "utf8").catch(() => "");
      memory = Math.max(memory, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
    }, 50);
    const ended = new Promise((done) =>
      child.on("close", (code) => {
        clearInterval(timer);
        done({ code, megabytes: Math.round(memory / 1_000), ...texts });
      }),
    );
    return { child, ended };
  };
  const keys = async (prefix) => {
    const xml = await (await store(`lake?list-type=2&prefix=${encodeURIComponent(prefix)}`)).text();
    return [...xml.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key]) => key);
  };
  const uploads = async () =>
    (await (await store("lake?uploads=")).text()).match(/<Upload>/g) ?? [];
  const sha256 = async (key) => {
    const body = Buffer.from(await (await store(`lake/${key}`)).arrayBuffer());
    return createHash("sha256").update(body).digest("hex");
  };
  const note = (isRight, text) => {
    results.push(isRight);
    process.stdout.write(`${isRight ? "right" : "WRONG"}  ${text}\n`);
  };

  const made = await store("lake", { method: "PUT" });
  note(made.ok, `the bucket is made: ${made.status}`);

  // A whole package, then nothing new.
  const beganAtMs = performance.now();
  const sync = [
    "sync",
    "bulk-ESG",
    "--package",
    "RFT-ESG-PIT-SDI",
    "--latest-init",
    "-o",
    "s3://lake/pit",
  ];
  const first = await cfs(sync).ended;
  const seconds = ((performance.now() - beganAtMs) / 1_000).toFixed(1);
  const names = (await keys("pit/")).map((key) => key.slice("pit/".length));
  const sums = (await (await store("lake/pit/SHA256SUMS")).text()).trimEnd().split("\n");
  let wrong = 0;
  for (const line of sums) {
    const [digest, name] = line.split("  ");
    if ((await sha256(`pit/${encodeURIComponent(name)}`)) !== digest) wrong += 1;
  }
  const own = [".cfs-sync/manifest.json", "SHA256SUMS", "_SUCCESS"];
  note(
    first.code === 0 && wrong === 0 && names.length === sums.length + own.length,
    `sync: ${sums.length} files in ${seconds} s, ${wrong} wrong, ${names.length - sums.length} objects more; ${first.stderr.trim().split("\n").at(-1)}`,
  );
  const again = await cfs(sync).ended;
  note(again.code === 0 && /nothing new/.test(again.stderr), `sync again: ${again.stderr.trim()}`);

  // A changed object stays, and the file is stored beside it.
  const [changed] = sums[0].split("  ").slice(1);
  await store(`lake/pit/${encodeURIComponent(changed)}`, { method: "PUT", body: "changed" });
  const beside = await cfs(sync).ended;
  const after = await (await store(`lake/pit/${encodeURIComponent(changed)}`)).text();
  note(
    beside.code === 0 && after === "changed" && (await keys("pit/")).length === names.length + 1,
    "a changed object stays, and the file is stored beside it",
  );

  // A large file: killed, continued, checked.
  const large = JSON.parse(
    (await cfs(["files", ...(await largestSet(cfs)), "--json"]).ended).stdout
      .trim()
      .split("\n")
      .toSorted((a, b) => JSON.parse(b).fileSizeInBytes - JSON.parse(a).fileSizeInBytes)[0],
  );
  const megabytes = (large.fileSizeInBytes / 1e6).toFixed(0);
  const get = [
    "get",
    large.id,
    "-o",
    "s3://lake/large",
    "--json",
    "--quiet",
    "--limit-rate",
    "30M",
  ];
  const killed = cfs(get);
  await until(async () => (await uploads()).length > 0);
  await wait(1_000);
  killed.child.kill("SIGKILL");
  await killed.ended;
  const left = (await uploads()).length;
  const continued = await cfs(get.slice(0, -2)).ended;
  const record = JSON.parse(continued.stdout.trim() || "{}");
  note(
    continued.code === 0 &&
      record.sha256 === (await sha256(`large/${encodeURIComponent(record.name)}`)) &&
      (await uploads()).length === 0,
    `get of ${megabytes} MB: killed with ${left} upload open, continued in ${record.seconds} s with ${continued.megabytes} MB of memory, ${continued.stderr.trim() || "right"}`,
  );

  // Two at once.
  const both = await Promise.all(
    [1, 2].map(() => cfs(["get", large.id, "-o", "s3://lake/twice", "--quiet"]).ended),
  );
  const stored = await keys("twice/");
  note(
    both.every(({ code }) => code === 0) && stored.length === 1 && (await uploads()).length === 0,
    `two at once: ${both.map(({ code, stderr }) => `${code} ${stderr.trim()}`).join(", ")}, ${stored.length} object`,
  );

  // Wrong credentials.
  const refused = await cfs(["get", large.id, "-o", "s3://lake/x"], {
    AWS_SECRET_ACCESS_KEY: "wrong",
  }).ended;
  note(refused.code === 7 && /SignatureDoesNotMatch/.test(refused.stderr), refused.stderr.trim());

  const condition = await store(`lake/pit/${encodeURIComponent(changed)}`, {
    method: "PUT",
    body: "changed",
    headers: { "If-None-Match": "*" },
  });
  note(true, `If-None-Match on an object that exists: ${condition.status}`);
}

/** The id of the file set with the most bytes in its first file. */
async function largestSet(cfs) {
  const listed = await cfs(["file-sets", "bulk-ESG", "--name", "Social", "--limit", "40", "--json"])
    .ended;
  const [found] = listed.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
    .toSorted((a, b) => b.numFiles - a.numFiles);
  return [found.id];
}
