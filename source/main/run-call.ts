import { type Demo, readDemo, startDemo } from "../app/demo.ts";
import { openDebug } from "../app/open-debug.ts";
import { AppError } from "../base/errors.ts";
import type { Call } from "../commands/console/call.ts";
import { reportFailure } from "../commands/console/failure.ts";
import { listenForInterruption } from "../commands/console/interruption.ts";
import type { CommandHost } from "../commands/program.ts";
import { type Environment, type EnvironmentFlags, readEnvironment } from "../config/environment.ts";
import { written } from "./exit.ts";
import type { TerminalProgramCall } from "./open-terminal-program.ts";

type OpenTerminalProgram = (opening: TerminalProgramCall) => Promise<number>;

/** Returns the exit code. */
export async function runCall(
  args: readonly string[],
  openTerminalProgram: OpenTerminalProgram,
): Promise<number> {
  const { stdin, stdout, stderr } = process;
  const interruption = listenForInterruption(stdout, stderr);
  let demo: Demo | undefined;
  let environment: Environment | undefined;
  let environmentFlags: EnvironmentFlags = {};
  let exitCode = 0;
  const call: Call = {
    stdin,
    stdout,
    stderr,
    get environment() {
      environment ??= readEnvironment(process.env, environmentFlags);
      return environment;
    },
    signal: interruption.signal,
    nowMs: Date.now,
  };
  try {
    openDebug({ variables: process.env, stderr, hasScreens: false });
    const { kind, rest } = readDemo(args);
    const host: CommandHost = {
      call,
      applyFlags(flags) {
        environmentFlags = flags;
        if (kind === undefined) return;
        if (flags.profile !== undefined) throw demoHasOneAccount();
        demo = startDemo(kind);
      },
      async ready() {
        environment = await demo?.environment;
      },
      async openTerminalProgram(place, flags) {
        exitCode = await openTerminalProgram({ call, interruption, place, flags, demo });
      },
    };
    await (rest.length === 0 ? openPlainly(host) : parseArgs(rest, host));
    await written(stdout);
    // A signal may arrive when all is done, and be handled too late to abort anything.
    if (interruption.outputLoss() !== undefined || interruption.code() !== undefined)
      interruption.signal.throwIfAborted();
  } catch (thrown) {
    exitCode = reportFailure(thrown, stderr, { outputLoss: interruption.outputLoss() });
  } finally {
    await demo?.close();
  }
  return interruption.code() ?? exitCode;
}

function demoHasOneAccount(): AppError {
  return new AppError({
    kind: "usage",
    tried: "Starting the demo",
    answered: "it has an account of its own",
    advice: "Leave out --profile, or leave out --demo.",
  });
}

/** Skips the parser when there are no arguments. */
function openPlainly({ openTerminalProgram, applyFlags }: CommandHost): Promise<void> {
  applyFlags({});
  return openTerminalProgram(undefined, {});
}

async function parseArgs(args: readonly string[], host: CommandHost): Promise<void> {
  const { buildProgram } = await import("../commands/program.ts");
  await buildProgram(host).parseAsync([...args], { from: "user" });
}

/** Runs a call without the terminal program: undefined if the call is for that. Else the exit code. */
export async function runWithoutScreens(args: readonly string[]): Promise<number | undefined> {
  let isCommand = true;
  const exitCode = await runCall(args, async ({ interruption }) => {
    isCommand = false;
    interruption.release();
    return 0;
  });
  return isCommand ? exitCode : undefined;
}
