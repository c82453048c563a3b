import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { buildProgram } from "../../../source/commands/program.ts";
import { readEnvironment } from "../../../source/config/environment.ts";

interface CallOptions {
  stdin?: PassThrough;
  signal?: AbortSignal;
  variables?: Readonly<Record<string, string>>;
}

/**
 * Calls a command in this process and resolves with its results, for calls that need no service: starting the
 * built program takes longer than such a call. Rejects as the command does.
 */
export async function callHere(
  words: readonly string[],
  {
    stdin = new PassThrough().end(),
    signal = new AbortController().signal,
    variables = {},
  }: CallOptions = {},
): Promise<string> {
  const stdout = new PassThrough();
  const printed = text(stdout);
  const program = buildProgram({
    call: {
      stdin,
      stdout,
      stderr: new PassThrough().resume(),
      environment: readEnvironment(variables),
      signal,
      nowMs: Date.now,
    },
    applyFlags: () => undefined,
    ready: async () => undefined,
    openTerminalProgram: async () => undefined,
  });
  await program.parseAsync([...words], { from: "user" });
  stdout.end();
  return printed;
}
