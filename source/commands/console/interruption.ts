import type { Writable } from "node:stream";

/** Signals that ask a call to end, with the exit codes that shells expect. */
const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

export interface InterruptionListener {
  signal: AbortSignal;
  /** The exit code of the signal that came, if one did. */
  code(): number | undefined;
  /** Why results can no longer be written; EPIPE if their reader has gone (`| head`). */
  outputLoss(): NodeJS.ErrnoException | undefined;
  /** Leaves the signals and the output to others, such as the terminal program. */
  release(): void;
}

/**
 * Turns the first signal into an abort, so that work ends in order; a later one ends the process at
 * once. An error of stdout aborts too.
 */
export function listenForInterruption(stdout: Writable, stderr: Writable): InterruptionListener {
  const controller = new AbortController();
  let code: number | undefined;
  let loss: NodeJS.ErrnoException | undefined;
  const listeners = Object.entries(codes).map(([name, exitCode]) => {
    const listener = () => {
      if (code !== undefined) process.exit(exitCode);
      code = exitCode;
      controller.abort();
    };
    process.on(name, listener);
    return () => process.off(name, listener);
  });
  const loseOutput = (error: Error) => {
    loss ??= error;
    controller.abort();
  };
  const ignoreLoss = () => undefined;
  stdout.on("error", loseOutput);
  stderr.on("error", ignoreLoss);
  return {
    signal: controller.signal,
    code: () => code,
    outputLoss: () => loss,
    release() {
      for (const remove of listeners) remove();
      stdout.off("error", loseOutput);
      stderr.off("error", ignoreLoss);
    },
  };
}
