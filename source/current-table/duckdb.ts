import { spawn } from "node:child_process";
import { devNull } from "node:os";
import { AppError, errnoOf } from "../base/errors.ts";
import { diskError } from "../files/disk.ts";

export interface DuckDbCall {
  /** Relative paths in the statements start here. */
  directory: string;
  signal: AbortSignal;
  /** The beginning of each error. */
  tried: string;
}

/** It must not read the user's start file, which could change what statements mean. */
const words = ["-init", devNull, "-batch", "-bail", ":memory:"];

const mostBytes = 64 * 1024;

/**
 * Runs statements by the `duckdb` in PATH. Resolves when all succeeded. Rejects with an AppError, or with an
 * AbortError once the process has ended.
 */
export function runDuckDb(sql: string, { directory, signal, tried }: DuckDbCall): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const child = spawn("duckdb", words, {
      cwd: directory,
      env: withoutSecrets(process.env),
      stdio: ["pipe", "ignore", "pipe"],
    });
    const end = () => void child.kill();
    signal.addEventListener("abort", end);
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr = (stderr + text).slice(0, mostBytes);
    });
    child.on("error", (error) => {
      signal.removeEventListener("abort", end);
      reject(startError(error, tried));
    });
    child.on("close", (code, killedBy) => {
      signal.removeEventListener("abort", end);
      if (signal.aborted) reject(signal.reason);
      else if (code === 0) resolve();
      else reject(statementError(stderr, killedBy ?? `exit code ${code}`, tried));
    });
    // If it ends early, its exit code says why.
    child.stdin.on("error", () => undefined).end(sql);
  });
}

/** It needs neither the credentials nor the settings of this program. */
function withoutSecrets(variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(variables).filter(([name]) => !/^(RDP|CFS)_/.test(name));
  return Object.fromEntries(kept);
}

function startError(error: Error, tried: string): AppError {
  if (errnoOf(error) !== "ENOENT") return diskError(error, tried);
  return new AppError({
    kind: "unexpected",
    tried,
    answered: "duckdb is not in PATH",
    advice: "Install it (https://duckdb.org/install), or add its folder to PATH.",
    cause: error,
  });
}

const mostLines = 4;

function statementError(stderr: string, end: string, tried: string): AppError {
  const lines = stderr.split("\n").map((line) => line.trim());
  const shown = lines.filter((line) => line !== "").slice(0, mostLines);
  const isFull = /no space left|disk quota exceeded/i.test(stderr);
  return new AppError({
    kind: isFull ? "disk" : "unexpected",
    tried,
    answered: shown.length > 0 ? `duckdb: ${shown.join(" ")}` : `duckdb ended with ${end}`,
    advice: isFull ? "Free some space, then try again." : "The old table, if any, is unchanged.",
    reason: isFull ? "no-space" : undefined,
  });
}
