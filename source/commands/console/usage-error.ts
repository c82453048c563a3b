import type { Command, CommanderError, Option } from "commander";
import { AppError } from "../../base/errors.ts";
import { closestWord } from "../../domain/closest-word.ts";

/** A usage error; without its own advice it points to the command's help. */
export function usageError(
  answered: string,
  advice: string | Command,
  tried = "Usage error",
): AppError {
  return new AppError({
    kind: "usage",
    tried,
    answered,
    advice: typeof advice === "string" ? advice : `See ${pathOf(advice)} --help.`,
  });
}

/** Converts Commander's error about a call of `command`. */
export function toUsageError(error: CommanderError, command: Command): AppError {
  const [word] = command.args;
  if (command.parent === null && word !== undefined && !word.startsWith("-"))
    return unknownCommand(word, command);
  const missing = missingWords(error, command);
  if (missing !== "") return usageError(missing, command, "Missing");
  const [first = "", suggestion = ""] = error.message.replace(/^error: /, "").split("\n");
  const problem = first.replace(/[.\s]+$/, "");
  const meant = suggestion.replace(/^\(Did you mean (.*)\?\)$/, " (did you mean $1?)");
  return usageError(`${problem}${meant}`, command);
}

/** All that a call lacks, "BUCKET, -o and --package", since Commander names only the first. */
function missingWords({ code }: CommanderError, command: Command): string {
  if (!/^commander\.missing(Argument|MandatoryOptionValue)$/.test(code)) return "";
  const { args, options, registeredArguments } = command;
  const words = registeredArguments
    .slice(args.length)
    .filter(({ required }) => required)
    .map((argument) => argument.name().replaceAll("-", "_").toUpperCase());
  const lacks = (option: Option) =>
    option.mandatory && command.getOptionValue(option.attributeName()) === undefined;
  const all = [...words, ...options.filter(lacks).map(({ long, short }) => short ?? long ?? "")];
  const last = all.pop() ?? "";
  return all.length === 0 ? last : `${all.join(", ")} and ${last}`;
}

/** The error for a `word` that is not a command of `program`. */
export function unknownCommand(word: string, program: Command): AppError {
  const closest = closestCommand(word, program);
  const meant = closest === undefined ? "" : ` (did you mean ${closest}?)`;
  return usageError(`unknown command "${word}"${meant}`, program);
}

/** The command that `word` is probably a misspelling of. */
export function closestCommand(word: string, program: Command): string | undefined {
  return closestWord(
    word,
    program
      .createHelp()
      .visibleCommands(program)
      .map((command) => command.name()),
  );
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}
