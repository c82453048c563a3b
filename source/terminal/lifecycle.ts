import { spawn } from "node:child_process";
import { closeSync } from "node:fs";
import { dirname } from "node:path";
import { isatty } from "node:tty";
import type { Variables } from "../base/environment-types.ts";

export interface Interruption {
  exitCode: number;
  /** Nothing can be written to the terminal any more. */
  terminalLost: boolean;
  error?: Error;
}

/** Checked at start, because a closed terminal no longer counts as one. */
const terminals = [0, 1, 2].filter((descriptor) => isatty(descriptor));

const signals = [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
  ["SIGQUIT", 131],
] as const;

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

function isLost(error: Error): boolean {
  return "code" in error && (error.code === "EIO" || error.code === "EPIPE");
}

interface Streams {
  stdin: NodeJS.ReadableStream;
  stdout: NodeJS.WritableStream;
}

/** Libraries that clean up send a signal again, so the second is not from the user; the third ends at once. */
function listenTo(signal: NodeJS.Signals, exitCode: number, interrupted: () => void): void {
  let count = 0;
  process.on(signal, () => {
    count++;
    if (count === 1) interrupted();
    else if (count > 2) process.exit(exitCode);
  });
}

/** Reports signals, a lost terminal and uncaught faults. The returned function stops catching faults, but not signals. */
export function watchInterruptions(
  { stdin, stdout }: Streams,
  interrupted: (interruption: Interruption) => void,
): () => void {
  const onFault = (thrown: unknown) => {
    const error = asError(thrown);
    if (isLost(error)) interrupted({ exitCode: 129, terminalLost: true });
    else interrupted({ exitCode: 1, terminalLost: false, error });
  };
  const onStreamError = () => interrupted({ exitCode: 129, terminalLost: true });
  for (const [signal, exitCode] of signals) {
    listenTo(signal, exitCode, () => interrupted({ exitCode, terminalLost: signal === "SIGHUP" }));
  }
  process.on("uncaughtException", onFault);
  process.on("unhandledRejection", onFault);
  stdin.on("error", onStreamError);
  // Other listeners would end the process on an output error before the transfers are saved.
  stdout.removeAllListeners("error");
  stdout.on("error", onStreamError);
  return () => {
    process.off("uncaughtException", onFault);
    process.off("unhandledRejection", onFault);
    stdin.off("error", onStreamError);
    // Keep catching errors, because a lost terminal refuses the last bytes too.
  };
}

/** Node aborts if a lost terminal refuses its reset at exit; it skips closed descriptors. */
export function closeTerminal(): void {
  for (const descriptor of terminals) closeQuietly(descriptor);
}

function closeQuietly(descriptor: number): void {
  try {
    closeSync(descriptor);
  } catch {
    // The descriptor was already closed.
  }
}

/** Stops the whole process group, including npm, until the shell resumes it. */
export function stopForShell(): Promise<void> {
  return new Promise((resolve) => {
    process.kill(0, "SIGTSTP");
    // Without a shell the signal has no effect, and the program continues.
    setTimeout(resolve, 50);
  });
}

const keySignals = ["SIGINT", "SIGQUIT"] as const;

/** ^C and ^\ reach this process too, but are meant for the program in the foreground. */
function holdKeySignals(): () => void {
  const ignore = () => {};
  const held = keySignals.map((signal) => ({ signal, listeners: process.listeners(signal) }));
  for (const { signal, listeners } of held) {
    process.on(signal, ignore);
    for (const listener of listeners) process.off(signal, listener);
  }
  return () => {
    for (const { signal, listeners } of held) {
      for (const listener of listeners) process.on(signal, listener);
      process.off(signal, ignore);
    }
  };
}

/** A command line for the shell, which gets `words` as "$1" and so on. */
interface ForegroundCommand {
  line: string;
  words: readonly string[];
  directory: string;
  variables: Readonly<Record<string, string | undefined>>;
}

/** The system may report the end of a program before the ^C that ended it. */
const lateSignalMs = 100;

/** Runs a program on the lent terminal and resolves with its exit code, or undefined if it did not start. */
export async function runInForeground(command: ForegroundCommand): Promise<number | undefined> {
  const release = holdKeySignals();
  try {
    return await new Promise((resolve) => {
      const child = spawn("/bin/sh", ["-c", command.line, "sh", ...command.words], {
        cwd: command.directory,
        env: { ...command.variables },
        stdio: "inherit",
      });
      child.on("error", () => resolve(undefined));
      child.on("exit", (code) => resolve(code ?? 0));
    });
  } finally {
    await new Promise((resolve) => setTimeout(resolve, lateSignalMs));
    release();
  }
}

/** Checks the terminal size again, because a stopped or background process gets no signal. */
export function askForSize(): void {
  // Node checks the size on this signal and offers no other way.
  process.emit("SIGWINCH", "SIGWINCH");
}

export interface ForegroundProgram extends ForegroundCommand {
  /** What to tell the user if the program did not start. */
  failed: string;
}

/** `PAGER`, which may have options, or less. Long lines are cut, because rows of data are long. */
export function pagerFor(path: string, variables: Variables): ForegroundProgram {
  const pager = variables["PAGER"] || "less";
  const opened = /\.gz$/i.test(path) ? 'gzip -dc -- "$1" |' : `< "$1"`;
  return {
    line: `${opened} ${pager}`,
    words: [path],
    directory: dirname(path),
    variables: { LESS: "S", ...variables },
    failed: `Could not start the pager ${pager}. Set PAGER to another one.`,
  };
}

export function shellIn(directory: string, variables: Variables): ForegroundProgram {
  const shell = variables["SHELL"] || "sh";
  return {
    line: 'echo "Shell in $PWD. exit returns to cfs."; exec "$1"',
    words: [shell],
    directory,
    variables: { ...variables },
    failed: `Could not start the shell ${shell}. Set SHELL to another one.`,
  };
}
