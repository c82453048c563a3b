#!/usr/bin/env node
import type { Call } from "./source/commands/call.ts";
import { tellFailure } from "./source/commands/failure.ts";
import { listenForInterruption } from "./source/commands/interruption.ts";
import { buildProgram } from "./source/commands/program.ts";
import {
  type Environment,
  type NetworkFlags,
  readEnvironment,
} from "./source/config/environment.ts";
import { type Demo, readDemo, startDemo } from "./source/demo.ts";
import { openTerminalProgram } from "./source/open-terminal-program.ts";

/** Runs one call and returns its exit code. */
async function run(words: readonly string[]): Promise<number> {
  const { stdin, stdout, stderr } = process;
  const interruption = listenForInterruption(stdout, stderr);
  let demo: Demo | undefined;
  let environment: Environment | undefined;
  let networkFlags: NetworkFlags = {};
  let exitCode = 0;
  const call: Call = {
    stdin,
    stdout,
    stderr,
    get environment() {
      environment ??= readEnvironment(process.env, networkFlags);
      return environment;
    },
    signal: interruption.signal,
    nowMs: Date.now,
  };
  try {
    const { kind, rest } = readDemo(words);
    await buildProgram({
      call,
      async prepare(flags) {
        networkFlags = flags;
        if (kind === undefined) return;
        demo = await startDemo(kind);
        environment = demo.environment;
      },
      async openTerminalProgram(place, flags) {
        exitCode = await openTerminalProgram({
          call,
          interruption,
          place,
          flags,
          demo: demo !== undefined,
        });
      },
    }).parseAsync(rest, { from: "user" });
  } catch (thrown) {
    exitCode = tellFailure(thrown, stderr, {
      debug: process.env["CFS_DEBUG"] === "1",
      outputLoss: interruption.outputLoss(),
    });
  } finally {
    await demo?.close();
  }
  return interruption.code() ?? exitCode;
}

process.exitCode = 1;
process.exitCode = await run(process.argv.slice(2));
