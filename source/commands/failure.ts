import { CommanderError } from "commander";
import { AppError, exitCodes, isAbort } from "../errors.ts";
import { redact } from "../redact.ts";
import type { OutputStream } from "./output.ts";

/** What ends a call early without being a failure. */
const answers: ReadonlySet<string> = new Set([
  "commander.help",
  "commander.helpDisplayed",
  "commander.version",
]);

/** Tells a failure in words on stderr and returns its exit code. A stack trace comes with `debug` alone. */
export function tellFailure(thrown: unknown, stderr: OutputStream, debug: boolean): number {
  // Commander has said its sentence already.
  if (thrown instanceof CommanderError) return answers.has(thrown.code) ? 0 : exitCodes.usage;
  if (isAbort(thrown)) {
    stderr.write("cfs: interrupted.\n");
    return exitCodes.interrupted;
  }
  if (thrown instanceof AppError) {
    stderr.write(`cfs: ${thrown.message}\n`);
  } else {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    stderr.write(
      `cfs: Something went wrong that should not: ${redact(message)}. CFS_DEBUG=1 shows where.\n`,
    );
  }
  if (debug && thrown instanceof Error) stderr.write(`${redact(thrown.stack ?? "")}\n`);
  return thrown instanceof AppError ? thrown.exitCode : exitCodes.unexpected;
}
