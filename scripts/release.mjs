// Makes a release on this machine: version, changelog, commit, tag, and in release/ the package, the
// standalone where it can be built, what package managers install, and the checksums. It never pushes and
// never publishes.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import semver from "semver";
import { datedChangelog, releaseNotes } from "./changelog.mjs";
import { makeDebianPackage } from "./debian-package.mjs";
import { homebrewFormula } from "./homebrew-formula.mjs";
import { makeRpmPackage } from "./rpm-package.mjs";
import { tryImage, tryRpmPackage } from "./try-release.mjs";

const usage = `Usage: npm run release -- VERSION [--dry-run] [--check COMMAND]

  --dry-run        check everything, and say what would be done
  --check COMMAND  what must pass before anything is changed (default: .ci/run)
`;
const folder = "release";

class Refusal extends Error {}

const run = (command, ...words) => execFileSync(command, words, { stdio: "inherit" });
const ask = (command, ...words) => execFileSync(command, words, { encoding: "utf8" }).trim();
const say = (text) => process.stdout.write(`${text}\n`);

function readCall() {
  const options = { "dry-run": { type: "boolean" }, check: { type: "string", default: ".ci/run" } };
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const [version, ...more] = positionals;
    if (version === undefined || more.length > 0) throw new Error("Give one version.");
    return { version, isDry: values["dry-run"] === true, check: values.check };
  } catch (thrown) {
    process.stderr.write(`${thrown.message}\n\n${usage}`);
    process.exit(2);
  }
}

function refuseUnlessClean() {
  const changed = ask("git", "status", "--porcelain");
  if (changed !== "")
    throw new Refusal(`The tree is not clean: commit or stash first.\n${changed}`);
}

function refuseWrongPlace(version, current, changelog) {
  if (semver.valid(version) !== version)
    throw new Refusal(`"${version}" is no version: give one such as 1.2.3.`);
  if (semver.lt(version, current))
    throw new Refusal(`${version} comes before ${current}, the version in package.json.`);
  const branch = ask("git", "rev-parse", "--abbrev-ref", "HEAD");
  if (branch !== "main") throw new Refusal(`The branch is ${branch}: releases are made of main.`);
  if (ask("git", "tag", "--list", `v${version}`) !== "")
    throw new Refusal(`There is a tag v${version} already.`);
  if (releaseNotes(changelog) === "")
    throw new Refusal("CHANGELOG.md has nothing under Unreleased: say what changed first.");
  refuseUnlessClean();
}

function refuseUnlessGreen(check) {
  say(`Checking: ${check}`);
  try {
    run("bash", "-c", check);
  } catch {
    throw new Refusal(`${check} fails: a release is made of what passes.`);
  }
  refuseUnlessClean();
}

async function build(program) {
  run("npm", "run", "--silent", "build");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  run("npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", folder);
  if (program.scripts["build:standalone"] === undefined) say("No standalone: it has no script.");
  else run("npm", "run", "--silent", "build:standalone", "--", "--outdir", folder);
  const { version } = program;
  await packStandalone(program);
  const tarball = (await readdir(folder)).find((name) => name.endsWith(".tgz"));
  const formula = homebrewFormula(program, await sha256Of(tarball));
  await writeFile(join(folder, `${program.name}.rb`), formula);
  const names = (await readdir(folder)).sort();
  const lines = await Promise.all(names.map(async (name) => `${await sha256Of(name)}  ${name}\n`));
  await writeFile(join(folder, "SHA256SUMS"), lines.join(""));
  makeImage(version);
  return [...names, "SHA256SUMS"];
}

async function sha256Of(name) {
  return createHash("sha256")
    .update(await readFile(join(folder, name)))
    .digest("hex");
}

/** Makes of the standalone what package managers install. */
async function packStandalone(program) {
  const executable = join(folder, "cfs-linux-x64");
  const isBuilt = (await readdir(folder)).includes("cfs-linux-x64");
  if (!isBuilt) return;
  await copyFile("scripts/install.sh", join(folder, "install.sh"));
  const parts = {
    executable,
    licenses: `${executable}-LICENSES.txt`,
    platform: "linux-x64",
    shared: "dist/share",
    program,
    outdir: folder,
  };
  if (!has("dpkg-deb")) say("No .deb: dpkg-deb is not installed.");
  else await makeDebianPackage(parts);
  if (!has("rpmbuild")) say("No .rpm: rpmbuild is not installed.");
  else say(await tryRpmPackage(await makeRpmPackage(parts), program.version));
}

function makeImage(version) {
  const tool = ["podman", "buildah", "docker"].find(has);
  if (tool === undefined || !has("dpkg-deb"))
    say("No image: it needs podman, buildah or docker, and dpkg-deb.");
  else say(tryImage(tool, `cfs:${version}`, folder));
}

function has(command) {
  return spawnSync(command, ["--version"], { stdio: "ignore" }).error === undefined;
}

const { version, isDry, check } = readCall();
try {
  const program = JSON.parse(await readFile("package.json", "utf8"));
  const changelog = await readFile("CHANGELOG.md", "utf8");
  refuseWrongPlace(version, program.version, changelog);
  refuseUnlessGreen(check);
  if (isDry) {
    say(`Would release ${version} as v${version}, with these notes:\n\n${releaseNotes(changelog)}`);
    process.exit(0);
  }
  const today = new Date().toISOString().slice(0, 10);
  try {
    run("npm", "version", version, "--no-git-tag-version", "--allow-same-version", "--silent");
    await writeFile("CHANGELOG.md", datedChangelog(changelog, version, today));
    const names = await build({ ...program, version });
    run("git", "add", "package.json", "package-lock.json", "CHANGELOG.md");
    run("git", "commit", "--quiet", "-m", `Release ${version}`);
    run("git", "tag", "--annotate", `v${version}`, "-m", `Version ${version}`);
    say(`Released ${version} here: ${names.map((name) => join(folder, name)).join(", ")}.`);
    say(
      `To give it to others: git push origin main v${version}; npm publish ${folder}/${names.find((name) => name.endsWith(".tgz"))}`,
    );
  } catch (thrown) {
    run(
      "git",
      "checkout",
      "--quiet",
      "HEAD",
      "--",
      "package.json",
      "package-lock.json",
      "CHANGELOG.md",
    );
    throw thrown;
  }
} catch (thrown) {
  // A command that failed has told of it already.
  const isExpected = thrown instanceof Refusal || thrown.status !== undefined;
  process.stderr.write(`release: ${isExpected ? thrown.message : thrown.stack}\n`);
  process.exit(1);
}
