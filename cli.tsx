#!/usr/bin/env node
import { answerAtOnce } from "./source/main/answer-at-once.ts";
import { findCommandName } from "./source/main/command-names.ts";
import { openCommands } from "./source/main/compiled-commands.ts";
import { exitOnceWritten } from "./source/main/exit.ts";

const args = process.argv.slice(2);
if (!answerAtOnce(args)) {
  process.exitCode = 1;
  // Node before 20.16 does not have what the bundle asks for Node's own modules.
  if (!("getBuiltinModule" in process)) await import("./source/main/built-in-modules.ts");
  await exitOnceWritten((await runCommand()) ?? (await runProgram()));
}

/** Runs a command; undefined if the call has none, or if they were not built into a script of their own. */
async function runCommand(): Promise<number | undefined> {
  const script = process.env["CFS_COMMANDS"];
  const name = findCommandName(args);
  if (!script || name === undefined) return undefined;
  const commands = openCommands(script, name);
  if (commands === undefined) return undefined;
  const exitCode = await commands.run(args);
  if (exitCode === 0 && leavesCode()) await commands.keep();
  return exitCode;
}

async function runProgram(): Promise<number> {
  // Older versions of Node have no compile cache, and the single executable has no files that need one.
  if (
    "enableCompileCache" in process.getBuiltinModule("node:module") &&
    process.env["CFS_IS_STANDALONE"] !== "yes" &&
    leavesCode()
  ) {
    const { keepCompiled } = await import("./source/main/keep-compiled.ts");
    keepCompiled();
  }
  const { runProgram } = await import("./source/main/run-program.ts");
  return runProgram(args);
}

/** A demo leaves nothing behind, and a call for help runs too little. */
function leavesCode(): boolean {
  return !args.some((word) => word.startsWith("--demo") || word === "--help" || word === "-h");
}
