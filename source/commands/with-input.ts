import { createInterface } from "node:readline";
import type { Call } from "./call.ts";

/** The words, with the lines of standard input in the place of `-`, trimmed, as they come. */
export async function* withInput(words: readonly string[], call: Call): AsyncGenerator<string> {
  for (const word of words) {
    if (word === "-") yield* linesOf(call);
    else yield word;
  }
}

async function* linesOf({ stdin, signal }: Call): AsyncGenerator<string> {
  for await (const line of createInterface({ input: stdin, signal })) {
    const text = line.trim();
    if (text !== "") yield text;
  }
  signal.throwIfAborted();
}
