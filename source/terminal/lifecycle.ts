/** Why the program must end although nobody asked it to. */
export interface Interruption {
  exitCode: number;
  /** The terminal is gone: nothing can be written to it any more. */
  terminalLost: boolean;
  error?: Error;
}

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
 * Calls `interrupted` for every way in which the program can be ended from outside or by a fault:
 * signals, a vanished terminal, an exception or a rejection that nobody caught. Returns what ends that.
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
  const onSignal = signals.map(([signal, exitCode]) => {
    const listener = () => interrupted({ exitCode, terminalLost: signal === "SIGHUP" });
    process.on(signal, listener);
    return () => process.off(signal, listener);
  });
  process.on("uncaughtException", onFault);
  process.on("unhandledRejection", onFault);
  stdin.on("error", onStreamError);
  stdout.on("error", onStreamError);
  return () => {
    for (const off of onSignal) off();
    process.off("uncaughtException", onFault);
    process.off("unhandledRejection", onFault);
    stdin.off("error", onStreamError);
    // A lost terminal refuses the last bytes too; its error stays caught until the process ends.
  };
}

/** Stops this program and those in its group, npm among them, until the shell brings them back. */
export function stopForShell(): Promise<void> {
  return new Promise((resolve) => {
    process.kill(0, "SIGTSTP");
    // Where there is no shell to stop for, the signal does nothing, and this goes on at once.
    setTimeout(resolve, 50);
  });
}
