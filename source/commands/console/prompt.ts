import { read } from "read";
import { AppError } from "../../base/errors.ts";
import { unlessAborted } from "../../base/waiting.ts";
import type { Call } from "./call.ts";

export interface Prompt {
  prompt: string;
  /** The default, shown in the prompt. */
  fallback?: string | undefined;
  /** Hides the input. */
  silent?: boolean;
}

/**
 * Prompts on stderr to keep stdout for results. Rejects with an AppError when it is interrupted by a key, a
 * signal or the end of the input.
 */
export async function ask(call: Call, question: Prompt): Promise<string> {
  const { prompt, fallback, silent = false } = question;
  const { signal, stdin: input, stderr: output } = call;
  const ending = new AbortController();
  const end = () => ending.abort();
  // ^D closes the prompt, about which `read` says nothing. So does an answer, which comes in the same turn.
  const endUnlessAnswered = () => setImmediate(end);
  if (signal.aborted) end();
  signal.addEventListener("abort", end, { once: true });
  input.once("pause", endUnlessAnswered);
  try {
    const answer = read({ prompt, input, output, silent, default: fallback });
    return await unlessAborted(answer, ending.signal);
  } catch (thrown) {
    if (!silent) call.stderr.write("\n");
    throw new AppError({
      kind: "interrupted",
      tried: "Asking for the sign-in",
      answered: "it was interrupted",
      cause: thrown,
    });
  } finally {
    signal.removeEventListener("abort", end);
    input.off("pause", endUnlessAnswered);
    if (silent) call.stderr.write("\n");
  }
}

/** For a password that is piped in. Rejects with an AbortError if a signal comes first. */
export function readFirstLine({ signal, stdin }: Call): Promise<string> {
  return unlessAborted(firstLineOf(stdin), signal);
}

async function firstLineOf(input: NodeJS.ReadableStream): Promise<string> {
  let text = "";
  input.setEncoding("utf8");
  for await (const chunk of input) {
    text += String(chunk);
    if (text.includes("\n")) break;
  }
  return text.split(/\r?\n/, 1)[0] ?? "";
}
