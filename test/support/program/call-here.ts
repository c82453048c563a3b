import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { reportFailure } from "../../../source/commands/console/failure.ts";
import { buildProgram } from "../../../source/commands/program.ts";
import {
  type Environment,
  type EnvironmentFlags,
  readEnvironment,
} from "../../../source/config/environment.ts";
import { type Ended, objectsIn, withoutProgress } from "./run.ts";

interface CallOptions {
  stdin?: PassThrough;
  signal?: AbortSignal;
  variables?: Readonly<Record<string, string>>;
}

interface Output {
  stdout: PassThrough;
  stderr: PassThrough;
}

async function perform(
  words: readonly string[],
  {
    stdin = new PassThrough().end(),
    signal = new AbortController().signal,
    variables = {},
  }: CallOptions,
  { stdout, stderr }: Output,
): Promise<void> {
  let environment: Environment | undefined;
  let flags: EnvironmentFlags = {};
  const program = buildProgram({
    call: {
      stdin,
      stdout,
      stderr,
      get environment() {
        environment ??= readEnvironment(variables, flags);
        return environment;
      },
      signal,
      nowMs: Date.now,
    },
    applyFlags(given) {
      flags = given;
    },
    ready: async () => undefined,
    openTerminalProgram: async () => undefined,
  });
  await program.parseAsync([...words], { from: "user" });
}

/**
 * Calls a command in this process and resolves with its results, for calls that need no service: starting the
 * built program takes longer than such a call. Rejects as the command does.
 */
export async function callHere(
  words: readonly string[],
  options: CallOptions = {},
): Promise<string> {
  const stdout = new PassThrough();
  const printed = text(stdout);
  await perform(words, options, { stdout, stderr: new PassThrough().resume() });
  stdout.end();
  return printed;
}

/** Calls a command in this process and resolves as the built program would end. */
export async function runHere(words: readonly string[], options: CallOptions = {}): Promise<Ended> {
  const output = { stdout: new PassThrough(), stderr: new PassThrough() };
  const printed = Promise.all([text(output.stdout), text(output.stderr)]);
  const code = await perform(words, options, output).then(
    () => 0,
    (thrown: unknown) => reportFailure(thrown, output.stderr),
  );
  output.stdout.end();
  output.stderr.end();
  const [stdout, stderr] = await printed;
  return { code, stdout, stderr: withoutProgress(stderr), objects: () => objectsIn(stdout) };
}
