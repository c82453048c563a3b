import type { Command } from "commander";
import { type Call, createOutput } from "../console/call.ts";
import { usageError } from "../console/usage-error.ts";
import { bashScript } from "./bash-script.ts";
import { type DescribedWords, describeWords, shells } from "./command-words.ts";
import { fishScript } from "./fish-script.ts";
import { zshScript } from "./zsh-script.ts";

const scripts: ReadonlyMap<string, (words: DescribedWords) => string> = new Map([
  ["bash", bashScript],
  ["zsh", zshScript],
  ["fish", fishScript],
]);

/** `cfs completion SHELL`. Throws an AppError of kind usage for an unknown shell. */
export function completion(shell: string, command: Command, call: Call): void {
  const script = scripts.get(shell);
  if (script === undefined || command.parent === null)
    throw usageError(
      `unknown shell "${shell}"; use ${shells.slice(0, -1).join(", ")} or ${shells.at(-1)}`,
      command,
    );
  createOutput(call.stdout).line(script(describeWords(command.parent)).trimEnd());
}
