import { execFileSync, execSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const megabyte = 1024 * 1024;

function firstLine(command) {
  return execSync(command, { encoding: "utf8" }).split("\n")[0];
}

/** The programs that this machine lacks. */
export function missingPrograms(names) {
  return names.filter((name) => {
    try {
      execFileSync("sh", ["-c", 'command -v "$1"', "sh", name], { stdio: "ignore" });
      return false;
    } catch {
      return true;
    }
  });
}

/** Describes the machine, the system, and the programs with their versions. */
export function machine() {
  const [cpu] = os.cpus();
  const parts = [
    `${os.cpus().length} cores ${cpu?.model ?? ""}`.trim(),
    `${Math.round(os.totalmem() / 2 ** 30)} GB`,
    `${os.type()} ${os.release()}`,
    `Node ${process.versions.node}`,
    firstLine("curl --version").split(" ").slice(0, 2).join(" "),
    firstLine("aria2c --version").split(" ").slice(0, 3).join(" "),
    firstLine("nginx -v 2>&1").replace("nginx version: ", ""),
  ];
  return parts.join(" · ");
}

/**
 * Writes and removes as many bytes as the programs will. On a virtual machine the first use of memory is
 * slow; without this the first program would pay for it.
 */
export function warm(out, bytes) {
  const file = path.join(out, "warm");
  const megabytes = Math.min(2048, Math.ceil(bytes / megabyte) + 256);
  const sources = ["if=/dev/zero", `of=${file}`, "bs=1M", `count=${megabytes}`];
  execFileSync("dd", sources, { stdio: "ignore" });
  fs.rmSync(file);
}
