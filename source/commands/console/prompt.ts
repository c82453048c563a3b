import { read } from "read";
import { AppError } from "../../base/errors.ts";
import type { Call } from "./call.ts";

export interface Prompt {
  prompt: string;
  /** The default, shown in the prompt. */
  fallback?: string | undefined;
  /** Hides the input. */
  silent?: boolean;
}

/** Prompts on stderr to keep stdout for results. Rejects with an AppError when interrupted. */
export async function ask(call: Call, question: Prompt): Promise<string> {
  const { prompt, fallback, silent = false } = question;
  try {
    const { stdin: input, stderr: output } = call;
    return await read({ prompt, input, output, silent, default: fallback });
  } catch (thrown) {
    if (!silent) call.stderr.write("\n");
    throw new AppError({
      kind: "interrupted",
      tried: "Asking for the sign-in",
      answered: "it was interrupted",
      cause: thrown,
    });
  } finally {
    if (silent) call.stderr.write("\n");
  }
}

/** For a password that is piped in. */
export async function readFirstLine(call: Call): Promise<string> {
  let text = "";
  call.stdin.setEncoding("utf8");
  for await (const chunk of call.stdin) {
    text += String(chunk);
    if (text.includes("\n")) break;
  }
  return text.split(/\r?\n/, 1)[0] ?? "";
}
