import { debug } from "../../base/debug.ts";
import { AppError, exitCodes, isAbort } from "../../base/errors.ts";
import { redact } from "../../base/secret.ts";
import { diskError } from "../../files/disk.ts";
import type { OutputStream } from "./call.ts";
import { isInterruption, ReportedFailures } from "./reported-failures.ts";

export interface FailureOptions {
  /** Why results could no longer be written, if that ended the call. */
  outputLoss?: NodeJS.ErrnoException | undefined;
}

/** Prints a failure on stderr and returns its exit code. */
export function reportFailure(
  thrown: unknown,
  stderr: OutputStream,
  { outputLoss }: FailureOptions = {},
): number {
  // Commander throws after it has shown help or the version.
  if (isShown(thrown)) return 0;
  if (thrown instanceof ReportedFailures) return thrown.exitCode;
  const failure =
    outputLoss !== undefined && isInterruption(thrown)
      ? outputError(outputLoss)
      : currentFolderError(thrown);
  // A reader that closed the pipe needs no more output; only an interrupted download is incomplete.
  if (failure === undefined) return isAbort(thrown) ? 0 : exitCodes.interrupted;
  if (isAbort(failure)) {
    stderr.write("cfs: interrupted.\n");
    return exitCodes.interrupted;
  }
  if (failure instanceof AppError) {
    stderr.write(`cfs: ${failure.message}\n`);
  } else {
    const message = failure instanceof Error ? failure.message : String(failure);
    stderr.write(`cfs: Unexpected error: ${redact(message)}. CFS_DEBUG=1 shows where.\n`);
  }
  if (failure instanceof Error) debug("failure", { error: failure });
  return failure instanceof AppError ? failure.exitCode : exitCodes.unexpected;
}

/** Recognizes Commander's exit without loading Commander. */
function isShown(thrown: unknown): boolean {
  return (
    thrown instanceof Error && "code" in thrown && String(thrown.code).startsWith("commander.")
  );
}

/** The shell's current folder may have been removed; only calls that need its path fail then. */
function currentFolderError(thrown: unknown): unknown {
  const isLost = thrown instanceof Error && "syscall" in thrown && thrown.syscall === "uv_cwd";
  if (!isLost) return thrown;
  return new AppError({
    kind: "disk",
    tried: "Looking up the current folder",
    answered: "it was removed, or you have no permission to read it",
    advice: "Change to another folder, then try again.",
    cause: thrown,
  });
}

/** Undefined if the reader closed the pipe. */
export function outputError(loss: NodeJS.ErrnoException): AppError | undefined {
  if (loss.code === "EPIPE") return undefined;
  return diskError(loss, "Writing the results to standard output");
}
