import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";
import { backoffMs } from "../../base/backoff.ts";
import type { Call } from "../console/call.ts";
import type { SavedJson } from "../console/json-records.ts";
import type { WatchReport } from "./watch-report.ts";

export interface CommandOptions {
  /** A line for the shell. */
  command: string;
  /** How often it runs again after a failure. */
  retries: number;
  directory: string;
}

/** What the command leaves in the background may hold its outputs for hours. */
const outputPatienceMs = 1_000;

const pauses = { firstDelayMs: 1_000, longestDelayMs: 60_000 };

/** Variables that a command has no use for; it may print its environment. */
const withheld = ["RDP_PASSWORD", "RDP_CLIENT_SECRET", "CFS_TOKEN_COMMAND"];

/**
 * Runs the command of `--exec` for each file set: the set as JSON on standard input, names and paths in the
 * environment, standard output to stderr. Resolves with false if it failed at last, and rejects with an
 * AbortError.
 */
export function createCommandRunner(
  { command, retries, directory }: CommandOptions,
  report: WatchReport,
  { signal, stderr }: Call,
): (fileSet: SavedJson) => Promise<boolean> {
  const run = (fileSet: SavedJson) => {
    signal.throwIfAborted();
    return new Promise<string | undefined>((resolve, reject) => {
      const child = spawn(command, {
        shell: true,
        // A group of its own, so that an interruption ends what the shell has started too.
        detached: true,
        cwd: directory,
        env: environmentFor(fileSet, directory),
        stdio: ["pipe", "pipe", "pipe"],
      });
      const end = () => endGroup(child);
      signal.addEventListener("abort", end, { once: true });
      for (const output of [child.stdout, child.stderr]) output.pipe(stderr, { end: false });
      // A command that does not read its input closes it.
      child.stdin.on("error", () => undefined).end(`${JSON.stringify(fileSet)}\n`);
      child.on("error", (error) => resolve(error.message));
      const settle = (code: number | null, killedBy: string | null) => {
        signal.removeEventListener("abort", end);
        if (code === 0) resolve(undefined);
        else if (signal.aborted) reject(signal.reason);
        else resolve(killedBy === null ? `it ended with ${code}` : `it was ended by ${killedBy}`);
      };
      child.on("exit", (code, killedBy) => setTimeout(settle, outputPatienceMs, code, killedBy));
      child.on("close", settle);
    });
  };

  return async (fileSet) => {
    const { fileSetId, name } = fileSet;
    for (let attempt = 1; ; attempt += 1) {
      const failure = await run(fileSet);
      if (failure === undefined) {
        report.event({ event: "ran", fileSetId, name });
        return true;
      }
      const isLast = attempt > retries;
      const advice = isLast ? "It runs again at the next start." : "It will be retried.";
      const event = { event: "command-failed", fileSetId, name, error: failure, attempt } as const;
      report.problem(event, `The command failed for ${name}: ${failure}. ${advice}`);
      if (isLast) return false;
      await wait(backoffMs(attempt, pauses, Math.random()), undefined, { signal });
    }
  };
}

function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGTERM");
  } catch {
    // It has ended meanwhile.
  }
}

/** The longest list of paths that every system takes in its environment. */
const mostPathBytes = 64 * 1024;

function environmentFor(
  { fileSetId, name, packageId, files }: SavedJson,
  directory: string,
): NodeJS.ProcessEnv {
  const variables = { ...process.env };
  for (const secret of withheld) delete variables[secret];
  const paths = files.map(({ path }) => path).join("\n");
  return {
    ...variables,
    CFS_FILE_SET_ID: fileSetId,
    CFS_FILE_SET_NAME: name,
    CFS_PACKAGE_ID: packageId,
    CFS_DIRECTORY: directory,
    // Longer lists are on standard input only.
    ...(Buffer.byteLength(paths) <= mostPathBytes ? { CFS_PATHS: paths } : {}),
  };
}
