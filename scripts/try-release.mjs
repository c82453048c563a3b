import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const output = (command, ...words) =>
  execFileSync(command, words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();

/**
 * Installs an RPM package for x86_64 with rpm into an empty folder, runs its program and removes it again.
 * Returns what was tried and what was not; throws if the package fails.
 */
export async function tryRpmPackage(path, version) {
  const isThisMachine = process.platform === "linux" && process.arch === "x64";
  if (!isThisMachine || process.getuid() !== 0)
    return "The .rpm was not installed: this needs root on Linux, x86_64.";
  const root = await mkdtemp(join(tmpdir(), "cfs-rpm-root-"));
  try {
    output("rpm", "--root", root, "--nodeps", "--install", resolve(path));
    const printed = output(join(root, "usr/bin/cfs"), "--version");
    if (printed !== version)
      throw new Error(`The .rpm has a cfs that prints "${printed}", not ${version}.`);
    output("rpm", "--root", root, "--erase", "lseg-cfs");
    return "The .rpm was installed, run and removed by rpm in an empty folder. Not tried: dnf, its dependencies.";
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** Builds the image and runs it. Returns what was done. An image is not a file of the release, so that no failure ends it. */
export function tryImage(tool, image, folder) {
  try {
    execFileSync(tool, ["build", "--file", "Dockerfile", "--tag", image, folder], {
      stdio: "inherit",
    });
  } catch {
    return `No image: ${tool} failed.`;
  }
  try {
    return `The image ${image} was built and runs: it prints ${printedByImage(tool, image)}.`;
  } catch {
    return `The image ${image} was built. Not tried: running it, because ${tool} failed.`;
  }
}

function printedByImage(tool, image) {
  if (tool !== "buildah") return output(tool, "run", "--rm", image, "--version");
  const container = output(tool, "from", "--pull-never", image);
  try {
    return output(tool, "run", container, "--", "/usr/bin/cfs", "--version");
  } finally {
    output(tool, "rm", container);
  }
}
