import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { builtProgram } from "./built-program.ts";
import { inheritedEnvironment } from "./inherited-environment.ts";

export interface Ended {
  code: number | null;
  stdout: string;
  /** Without the progress of transfers. */
  stderr: string;
  /** stdout as JSON lines. */
  objects(): Record<string, unknown>[];
}

export interface RunOptions {
  environment?: Readonly<Record<string, string>>;
  input?: string;
  directory?: string;
  /** Another build than the one in dist. */
  program?: string;
  /** Gives it a clock, on which so many seconds pass with each `pass`. */
  clockSeconds?: number;
}

/** The built program while it runs. */
export interface Started {
  pid: number;
  kill(signal: NodeJS.Signals): void;
  /** Puts its clock forward. */
  pass(): void;
  /** Resolves once this is true of what it wrote; rejects when it ends before. */
  until(isSo: (told: { stdout: string; stderr: string }) => boolean): Promise<void>;
  ended: Promise<Ended>;
}

/** The line that tells every few seconds how far a transfer is: only a busy machine needs so long for most tests. */
const progressLine = /^[\d,]+ of [\d,]+ files? {2}.*\n/gm;

/** What a call wrote to standard error, without its progress. */
export function withoutProgress(stderr: string): string {
  return stderr.replace(progressLine, "");
}

export function objectsIn(lines: string): Record<string, unknown>[] {
  return lines
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

const clock = new URL("clock.mjs", import.meta.url).href;

function clockEnvironment({ clockSeconds, environment }: RunOptions): Record<string, string> {
  if (clockSeconds === undefined) return {};
  const others = environment?.["NODE_OPTIONS"] ?? "";
  return { NODE_OPTIONS: `--import ${clock} ${others}`, CLOCK_SECONDS: String(clockSeconds) };
}

/** Runs the built program with pipes and nothing of this process's own credentials. */
export function run(words: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return start(words, options).ended;
}

/** The same, and does not wait for its end. */
export function start(words: readonly string[], options: RunOptions = {}): Started {
  const [command, ...first] =
    options.program === undefined ? builtProgram : [process.execPath, options.program];
  const child = spawn(command, [...first, ...words], {
    cwd: options.directory ?? tmpdir(),
    env: { ...inheritedEnvironment(), ...options.environment, ...clockEnvironment(options) },
    stdio: [
      "pipe",
      "pipe",
      "pipe",
      ...(options.clockSeconds === undefined ? [] : ["ipc" as const]),
    ],
  });
  let stdout = "";
  let stderr = "";
  let wake = () => {};
  child.stdout?.setEncoding("utf8").on("data", (text) => {
    stdout += text;
    wake();
  });
  child.stderr?.setEncoding("utf8").on("data", (text) => {
    stderr += text;
    wake();
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({
        code,
        stdout,
        stderr: withoutProgress(stderr),
        objects: () => objectsIn(stdout),
      });
    });
  });
  child.stdin?.on("error", () => undefined).end(options.input ?? "");
  return {
    pid: child.pid ?? 0,
    kill: (signal) => void child.kill(signal),
    // It may have ended meanwhile.
    pass: () => void child.send("pass", () => undefined),
    until: (isSo) =>
      new Promise((resolve, reject) => {
        wake = () => (isSo({ stdout, stderr }) ? resolve() : undefined);
        wake();
        ended.then(({ code }) => reject(new Error(`it ended with ${code}: ${stderr}`)), reject);
      }),
    ended,
  };
}
