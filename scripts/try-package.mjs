import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import * as pty from "@lydell/node-pty";

const usage = `npm run try:package [-- --node PATH]…
Packs the program, installs the tarball offline into an empty place, and runs it there: the version, a
listing, a download, and the first screen in a terminal. On this Node, and on each that --node names.
`;
const words = process.argv.slice(2);
if (words.includes("--help")) {
  process.stdout.write(usage);
  process.exit(0);
}
const nodes = [process.execPath, ...words.filter((_, index) => words[index - 1] === "--node")];
const mostPackedBytes = 2_000_000;
const patienceMs = 60_000;

const run = promisify(execFile);
const place = await mkdtemp(join(tmpdir(), "cfs-package-"));
try {
  const installed = await install();
  const { packed } = installed;
  process.stdout.write(
    `${packed.filename}: ${packed.size} bytes packed, ${packed.unpackedSize} unpacked, ${packed.entryCount} files\n`,
  );
  if (packed.size > mostPackedBytes)
    throw new Error(`The package is over ${mostPackedBytes} bytes.`);
  for (const node of nodes.map((path) => resolve(path))) await tryOn(node, installed);
} finally {
  await rm(place, { recursive: true, force: true });
}

/** Where npm put the program, and what it says of the tarball. */
async function install() {
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", place]);
  const [packed] = Object.values(JSON.parse(stdout));
  const prefix = join(place, "prefix");
  await mkdir(prefix);
  const offline = ["--offline", "--no-audit", "--no-fund", "--cache", join(place, "cache")];
  await run("npm", ["install", "-g", "--prefix", prefix, ...offline, join(place, packed.filename)]);
  const packages = await readdir(join(prefix, "lib", "node_modules"));
  if (String(packages) !== "lseg-cfs") throw new Error(`npm installed ${packages}.`);
  for (const path of ["bin/cfs", "share/man/man1/cfs.1"]) await stat(join(prefix, path));
  return { program: join(prefix, "bin", "cfs"), packed };
}

async function tryOn(node, { packed, program }) {
  const home = await mkdtemp(join(place, "home-"));
  const environment = { PATH: process.env.PATH, HOME: home, TERM: "xterm-256color" };
  const call = async (...more) =>
    (await run(node, [program, ...more], { cwd: home, env: environment, timeout: patienceMs }))
      .stdout;
  const { stdout: nodeVersion } = await run(node, ["--version"]);
  expect(await call("--version"), packed.version);
  expect(await call("--demo", "packages", "bulk-ESG"), "Bulk-ESG");
  const get = ["--latest", "--bucket", "bulk-ESG", "--package", "RFT-ESG-PIT-SDI", "-o", "files"];
  expect(await call("--demo", "get", ...get), "files");
  if ((await readdir(join(home, "files"))).length === 0) throw new Error("Nothing was downloaded.");
  await shows(node, [program], { home, environment, pattern: /App key/ });
  await shows(node, [program, "--demo"], { home, environment, pattern: /Known buckets/ });
  process.stdout.write(`Node ${nodeVersion.trim()}: version, listing, download, screens\n`);
}

function expect(text, part) {
  if (!text.includes(part)) throw new Error(`There is no "${part}" in:\n${text}`);
}

/** Resolves when a terminal shows it, and the program left by ^C with nothing amiss. */
function shows(node, call, { environment, home, pattern }) {
  return new Promise((resolve, reject) => {
    const size = { cols: 100, rows: 30, name: "xterm-256color" };
    const child = pty.spawn(node, call, { ...size, cwd: home, env: environment });
    let written = "";
    let isShown = false;
    const timer = setTimeout(() => child.kill("SIGKILL"), patienceMs);
    child.onData((text) => {
      written += text;
      if (isShown || !pattern.test(written)) return;
      isShown = true;
      child.write("\u0003");
    });
    child.onExit(({ exitCode, signal }) => {
      clearTimeout(timer);
      if (isShown && exitCode === 0 && !signal) resolve();
      else reject(new Error(`It ended with ${exitCode} and showed:\n${written}`));
    });
  });
}
