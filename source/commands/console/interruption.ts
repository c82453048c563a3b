import type { Writable } from "node:stream";

/** Signals that end a call, with the exit codes that shells expect. */
const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

export interface InterruptionListener {
  signal: AbortSignal;
  /** The exit code of the received signal. */
  code(): number | undefined;
  /** Why results can no longer be written; EPIPE if the reader closed the pipe (`| head`). */
  outputLoss(): NodeJS.ErrnoException | undefined;
  /** Stops listening, so that the terminal program can handle signals and output. */
  release(): void;
}

/** npm and npx pass on a signal that the terminal has sent to the whole group already. */
const echoMs = 500;

/** Aborts on the first signal or an error of stdout, so that work ends cleanly; a second, later signal exits at once. */
export function listenForInterruption(stdout: Writable, stderr: Writable): InterruptionListener {
  const controller = new AbortController();
  let code: number | undefined;
  let loss: NodeJS.ErrnoException | undefined;
  let firstAtMs = 0;
  const listeners = Object.entries(codes).map(([name, exitCode]) => {
    const listener = () => {
      if (code !== undefined) {
        if (performance.now() - firstAtMs > echoMs) process.exit(exitCode);
        return;
      }
      code = exitCode;
      firstAtMs = performance.now();
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
