import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { buildProgram } from "../../../source/commands/program.ts";
import { readEnvironment } from "../../../source/config/environment.ts";

interface HereOptions {
  /** The variables of the call, which has no others. */
  variables?: Readonly<Record<string, string>>;
  input?: string;
}

/**
 * Calls a command in this process and resolves with its results, where the call itself is not under test: starting
 * the built program takes longer than such a call. Rejects as the command does.
 */
export async function callHere(
  words: readonly string[],
  { variables = {}, input = "" }: HereOptions = {},
): Promise<string> {
  const stdout = new PassThrough();
  const printed = text(stdout);
  const program = buildProgram({
    call: {
      stdin: new PassThrough().end(input),
      stdout,
      stderr: new PassThrough().resume(),
      environment: readEnvironment(variables),
      signal: new AbortController().signal,
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
