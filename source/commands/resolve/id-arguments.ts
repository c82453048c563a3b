import { createInterface } from "node:readline";
import type { Call } from "../console/call.ts";

type Input = Pick<Call, "stdin" | "signal">;

/**
 * The words, with the lines of standard input in the place of `-`, trimmed, as they come. Who wants no more
 * need not wait for the next line: the input is let go at once.
 */
export function idArguments(
  words: readonly string[],
  { stdin, signal }: Input,
): AsyncIterable<string> {
  return {
    [Symbol.asyncIterator]() {
      const ending = new AbortController();
      const all = wordsAndLines(words, {
        stdin,
        signal: AbortSignal.any([signal, ending.signal]),
      });
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

/** True where one word is asked for, and is given itself. */
export function isOneId(words: readonly string[]): boolean {
  return words.length === 1 && words[0] !== "-";
}

async function* wordsAndLines(words: readonly string[], input: Input): AsyncGenerator<string> {
  for (const word of words) {
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
