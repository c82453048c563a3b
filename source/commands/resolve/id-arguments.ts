import { createInterface } from "node:readline";
import type { Call } from "../console/call.ts";

type Input = Pick<Call, "stdin" | "signal">;

/**
 * The arguments as they arrive, with `-` replaced by the trimmed lines of standard input. Ending the
 * iteration releases the input at once.
 */
export function idArguments(
  args: readonly string[],
  { stdin, signal }: Input,
): AsyncIterable<string> {
  return {
    [Symbol.asyncIterator]() {
      const ending = new AbortController();
      const input = { stdin, signal: AbortSignal.any([signal, ending.signal]) };
      const all = wordsAndLines(args, input);
      return {
        next: () => all.next(),
        async return() {
          ending.abort();
          return { done: true, value: undefined };
        },
      };
    },
  };
}

/** True for a single id. */
export function isOneId(args: readonly string[]): boolean {
  return args.length === 1 && args[0] !== "-";
}

async function* wordsAndLines(args: readonly string[], input: Input): AsyncGenerator<string> {
  for (const word of args) {
    if (word === "-") yield* linesOf(input);
    else yield word;
  }
}

async function* linesOf({ stdin, signal }: Input): AsyncGenerator<string> {
  for await (const line of createInterface({ input: stdin, signal })) {
    const text = line.trim();
    if (text !== "") yield text;
  }
  signal.throwIfAborted();
}
