import type { Command } from "commander";
import { usageError } from "../console/usage-error.ts";

/**
 * Throws an AppError of kind usage where a word of the command, or the value of one of its options, is
 * empty: so the shell gives a variable that is not set, and the service would list something else.
 */
export function refuseEmpty(command: Command): void {
  const { args, options, registeredArguments } = command;
  for (const [index, word] of args.entries()) {
    const argument = registeredArguments[Math.min(index, registeredArguments.length - 1)];
    if (isEmpty(word)) throw emptyError(argument?.name() ?? "a word", command);
  }
  for (const option of options) {
    const value: unknown = command.getOptionValue(option.attributeName());
    if (isEmpty(value)) throw emptyError(option.flags, command);
  }
}

function isEmpty(value: unknown): boolean {
  return typeof value === "string" && value.trim() === "";
}

function emptyError(name: string, command: Command) {
  return usageError(`${name} is empty: a shell variable may not be set`, command);
}
