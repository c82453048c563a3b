import { debug } from "../../base/debug.ts";
import { AppError, exitCodes, isAbort } from "../../base/errors.ts";
import { redact } from "../../base/redaction.ts";
import type { OutputStream } from "./output.ts";
import { ReportedFailures } from "./reported-failures.ts";

export interface FailureOptions {
  /** Why results could no longer be written, where that ended the call. */
  outputLoss?: NodeJS.ErrnoException | undefined;
}

/** Tells a failure in words on stderr, and its stack to debug output; returns its exit code. */
export function reportFailure(
  thrown: unknown,
  stderr: OutputStream,
  { outputLoss }: FailureOptions = {},
): number {
  // Help or the version was asked for and shown; refusals come as AppErrors.
  if (isShown(thrown)) return 0;
  if (thrown instanceof ReportedFailures) return thrown.exitCode;
  const failure = outputLoss !== undefined && isEnding(thrown) ? outputError(outputLoss) : thrown;
  // A reader that has gone has what it wanted; only a download that was cut off by it is not done.
  if (failure === undefined) return isAbort(thrown) ? 0 : exitCodes.interrupted;
  if (isAbort(failure)) {
    stderr.write("cfs: interrupted.\n");
    return exitCodes.interrupted;
  }
  if (failure instanceof AppError) {
    stderr.write(`cfs: ${failure.message}\n`);
  } else {
    const message = failure instanceof Error ? failure.message : String(failure);
    stderr.write(
      `cfs: Something went wrong that should not: ${redact(message)}. CFS_DEBUG=1 shows where.\n`,
    );
  }
  if (failure instanceof Error) debug("failure", { error: failure });
  return failure instanceof AppError ? failure.exitCode : exitCodes.unexpected;
}

/** True for what Commander throws after it has shown something; it is not loaded to be asked. */
function isShown(thrown: unknown): boolean {
  return (
    thrown instanceof Error && "code" in thrown && String(thrown.code).startsWith("commander.")
  );
}

/** True for what an abort makes of the work. */
function isEnding(thrown: unknown): boolean {
  return isAbort(thrown) || (thrown instanceof AppError && thrown.kind === "interrupted");
}

/** Why results could not be written; undefined where their reader has gone. */
export function outputError(loss: NodeJS.ErrnoException): AppError | undefined {
  if (loss.code === "EPIPE") return undefined;
  return new AppError({
    kind: "disk",
    tried: "Writing the results to standard output",
    answered: loss.message,
    advice: "Check the disk that it goes to, then start it again.",
    cause: loss,
  });
}
