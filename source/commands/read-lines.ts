import { createInterface } from "node:readline";
import type { Call } from "./call.ts";

/** The lines of standard input as they come, trimmed, without empty ones. */
export async function* readLines({ stdin, signal }: Call): AsyncGenerator<string> {
  const lines = createInterface({ input: stdin, signal });
  for await (const line of lines) {
    const text = line.trim();
    if (text !== "") yield text;
  }
  signal.throwIfAborted();
}
