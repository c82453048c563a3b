import { spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";

/** Node's pipes are sockets, and bash reads its start-up file if its input is one. */
const shell = ["bash", "--norc", "-c"];

/**
 * Runs a command in a shell, with `input` on its standard input, under GNU time. Gives seconds, CPU
 * seconds and the peak memory in MB of all that it starts; throws where it fails.
 */
export function measure(command, { directory, input = "" }) {
  const report = path.join(directory, "time");
  const startMs = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn("/usr/bin/time", ["-o", report, "-f", "%U %S %M", ...shell, command], {
      stdio: ["pipe", "ignore", "pipe"],
    });
    let said = "";
    child.stderr.on("data", (chunk) => {
      said = (said + chunk).slice(-2_000);
    });
    child.on("error", reject);
    child.on("exit", (code) => {
      // GNU time itself reports hundredths of a second only.
      const seconds = (performance.now() - startMs) / 1_000;
      const [user, system, kilobytes] = readFileSync(report, "utf8")
        .trim()
        .split("\n")
        .at(-1)
        .split(" ")
        .map(Number);
      rmSync(report);
      if (code === 0) resolve({ seconds, cpu: user + system, megabytes: kilobytes / 1_000 });
      else reject(new Error(`${command}: ended with ${code}: ${said}`));
    });
    child.stdin.end(input);
  });
}

export function median(numbers) {
  const sorted = [...numbers].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)];
}

/** "612 (580–640)": the median and the range. */
export function spread(numbers, digits = 0) {
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  const shown = (number) => number.toFixed(digits);
  return `${shown(median(numbers))} (${shown(least)}–${shown(most)})`;
}
