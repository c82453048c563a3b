import { closeSync } from "node:fs";
import { isatty } from "node:tty";

/** Why the program must end although nobody asked it to. */
export interface Interruption {
  exitCode: number;
  /** The terminal is gone: nothing can be written to it any more. */
  terminalLost: boolean;
  error?: Error;
}

/** Found while they live: a terminal that is gone no longer tells that it was one. */
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

/**
 * Listens to one signal until the process ends. Libraries that clean up on signals send them again to
 * end the process, so the second one is no wish of anybody; with the third one it ends at once.
 */
function listenTo(signal: NodeJS.Signals, exitCode: number, interrupted: () => void): void {
  let count = 0;
  process.on(signal, () => {
    count++;
    if (count === 1) interrupted();
    else if (count > 2) process.exit(exitCode);
  });
}

/**
 * Calls `interrupted` for every way in which the program can be ended from outside or by a fault:
 * signals, a vanished terminal, an exception or a rejection that nobody caught. Returns what hands
 * faults back to the process; signals stay here, because their echoes come late.
 */
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
  // Whoever ends the process when output fails would do so before the transfers are kept.
  stdout.removeAllListeners("error");
  stdout.on("error", onStreamError);
  return () => {
    process.off("uncaughtException", onFault);
    process.off("unhandledRejection", onFault);
    stdin.off("error", onStreamError);
    // A lost terminal refuses the last bytes too; its error stays caught until the process ends.
  };
}

/**
 * Lets go of a terminal that is gone. Node resets terminals when it ends, and aborts where one refuses;
 * descriptors that are closed are passed over.
 */
export function closeTerminal(): void {
  for (const descriptor of terminals) closeQuietly(descriptor);
}

function closeQuietly(descriptor: number): void {
  try {
    closeSync(descriptor);
  } catch {
    // It was closed already.
  }
}

/** Stops this program and those in its group, npm among them, until the shell brings them back. */
export function stopForShell(): Promise<void> {
  return new Promise((resolve) => {
    process.kill(0, "SIGTSTP");
    // Where there is no shell to stop for, the signal does nothing, and this goes on at once.
    setTimeout(resolve, 50);
  });
}

/**
 * Has the sizes of the terminals asked for again; a change is told as any other. A process that is stopped,
 * or behind another one, hears of no change.
 */
export function askForSize(): void {
  // Node asks when the signal comes, and gives no other way.
  process.emit("SIGWINCH", "SIGWINCH");
}
