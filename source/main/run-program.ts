import { openTerminalProgram } from "./open-terminal-program.ts";
import { runCall } from "./run-call.ts";

/** Runs any call and returns its exit code. */
export function runProgram(args: readonly string[]): Promise<number> {
  return runCall(args, openTerminalProgram);
}
