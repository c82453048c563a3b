#!/usr/bin/env node
import { tellFailure } from "./source/commands/failure.ts";
import { listenForInterruption } from "./source/commands/interruption.ts";
import { buildProgram } from "./source/commands/program.ts";
import { readEnvironment } from "./source/config/environment.ts";
import { type Demo, readDemo, startDemo } from "./source/demo.ts";
import { openTerminalProgram } from "./source/open-terminal-program.ts";

/** Runs one call and returns its exit code. */
async function run(words: readonly string[]): Promise<number> {
  const { stdin, stdout, stderr } = process;
  const interruption = listenForInterruption();
  let demo: Demo | undefined;
  let exitCode = 0;
  try {
    const { kind, rest } = readDemo(words);
    if (kind !== undefined) demo = await startDemo(kind);
    const environment = demo?.environment ?? readEnvironment(process.env);
    const call = {
      stdin,
      stdout,
      stderr,
      environment,
      signal: interruption.signal,
      nowMs: Date.now,
    };
    await buildProgram({
      call,
      async openTerminalProgram(bucket) {
        exitCode = await openTerminalProgram({
          call,
          interruption,
          bucket,
          demo: demo !== undefined,
        });
      },
    }).parseAsync(rest, { from: "user" });
  } catch (thrown) {
    exitCode = tellFailure(thrown, stderr, process.env["CFS_DEBUG"] === "1");
  } finally {
    await demo?.close();
  }
  return interruption.code() ?? exitCode;
}

process.exitCode = 1;
process.exitCode = await run(process.argv.slice(2));
