import { execFile } from "node:child_process";
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { bundleInOneFile } from "./bundle.mjs";

const usage = `npm run build:standalone [-- --platform NAME] [--outdir FOLDER]
Makes one executable of the program and of Node, both from packages of npm, and a file of the licences of
all that it holds. NAME is linux-x64 (the default) or another one of which npm has a package node-NAME:
linux-arm64. FOLDER is standalone.
`;
const words = process.argv.slice(2);
if (words.includes("--help")) {
  process.stdout.write(usage);
  process.exit(0);
}
const wordAfter = (name) => words.find((_, index) => words[index - 1] === name);
/** Node makes such an executable by itself from 25.5 on. */
const nodeVersion = "26.10.0";
const thisPlatform = `${process.platform}-${process.arch}`;
const assets = ["help.txt", "verify-worker.js", "sandbox-worker.js", "aws-tools.cjs"];
const run = promisify(execFile);

const place = await mkdtemp(join(tmpdir(), "cfs-standalone-"));
try {
  const platform = wordAfter("--platform") ?? "linux-x64";
  const source = await fetchNode(platform);
  const builder = platform === thisPlatform ? source : await fetchNode(thisPlatform);
  const output = resolve(wordAfter("--outdir") ?? "standalone", `cfs-${platform}`);
  const main = join(place, "cfs.mjs");
  await bundleInOneFile(main);
  const configuration = join(place, "sea.json");
  await writeFile(
    configuration,
    JSON.stringify({
      main,
      mainFormat: "module",
      executable: await stripped(join(source, "bin", "node")),
      output,
      disableExperimentalSEAWarning: true,
      execArgvExtension: "none",
      assets: Object.fromEntries(assets.map((name) => [name, resolve("dist", name)])),
    }),
  );
  await mkdir(join(output, ".."), { recursive: true });
  await run(join(builder, "bin", "node"), ["--build-sea", configuration]);
  await chmod(output, 0o755);
  const licenses = await Promise.all(
    ["LICENSE", "dist/THIRD-PARTY-LICENSES.txt", join(source, "LICENSE")].map((path) =>
      readFile(path, "utf8"),
    ),
  );
  await writeFile(`${output}-LICENSES.txt`, licenses.join(`\n${"=".repeat(80)}\n\n`));
  process.stdout.write(`${output}: ${(await stat(output)).size} bytes\n`);
} finally {
  await rm(place, { recursive: true, force: true });
}

/** The package with Node for a platform. */
async function fetchNode(platform) {
  const name = `node-${platform}`;
  const prefix = join(place, platform);
  await mkdir(prefix);
  // --force: also for another machine than this one.
  const quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--no-save", "--force"];
  await run("npm", ["install", ...quiet, "--prefix", prefix, `${name}@${nodeVersion}`]);
  return join(prefix, "node_modules", name);
}

/** Node without the names that only a debugger reads, where there is a tool to take them out. */
async function stripped(node) {
  const smaller = join(place, "node-stripped");
  await copyFile(node, smaller);
  await run("strip", [smaller]).catch(() => undefined);
  return smaller;
}
