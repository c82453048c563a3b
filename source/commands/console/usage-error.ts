import type { Command, CommanderError, Option } from "commander";
import { AppError } from "../../base/errors.ts";
import { closestWord } from "../../domain/closest-word.ts";

/** Commands and options of other programs, with what they are here. */
const elsewhere: ReadonlyMap<string, string> = new Map([
  ["auth", "login"],
  ["download", "get"],
  ["head", "peek"],
  ["list", "packages"],
  ["ls", "packages"],
  ["pull", "get"],
  ["version", "--version"],
  ["whoami", "status"],
  ["--ca-bundle", "--ca-file"],
  ["--cacert", "--ca-file"],
  ["--debug", "CFS_DEBUG"],
  ["--dir", "--output"],
  ["--force", "--overwrite"],
  ["--jobs", "CFS_JOBS"],
  ["-j", "CFS_JOBS"],
  ["--parallel", "CFS_JOBS"],
  ["--proxy", "HTTPS_PROXY"],
  ["--verbose", "CFS_DEBUG"],
]);

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
  const problem = error.message.replace(/^error: /, "").replace(/[.\s]+$/, "");
  if (error.code === "commander.unknownOption") return unknownOption(problem, command);
  return usageError(problem, command);
}

/** `problem` is Commander's: "unknown option '--since=7d'". */
function unknownOption(problem: string, command: Command): AppError {
  const typed = /'([^'=]+)/.exec(problem)?.[1] ?? "";
  const flag = elsewhere.get(typed) ?? typed;
  const ofProgram = command.parent?.options.find(({ long }) => long === flag);
  if (ofProgram !== undefined) {
    const written = ofProgram.flags.replace(/<(.*)>/, (_, name: string) => name.toUpperCase());
    return usageError(problem, `Write it before the command: cfs ${written} ${command.name()}.`);
  }
  if (!flag.startsWith("-")) return usageError(problem, `Set ${flag}; see cfs help environment.`);
  const meant = meantOptions(flag, command).join(" or ");
  return usageError(meant === "" ? problem : `${problem} (did you mean ${meant}?)`, command);
}

/** The options that have the typed words in their name, or the one that is close. */
function meantOptions(flag: string, command: Command): string[] {
  const flags = command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long }) => long ?? []);
  if (flags.includes(flag)) return [flag];
  const containing = flags.filter((known) => flag.length > 4 && known.includes(flag.slice(1)));
  if (containing.length > 0) return containing;
  const closest = closestWord(flag, flags);
  return closest === undefined ? [] : [closest];
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

export function unknownCommand(word: string, program: Command): AppError {
  const closest = closestCommand(word, program);
  const meant = closest === undefined ? "" : ` (did you mean ${closest}?)`;
  return usageError(`unknown command "${word}"${meant}`, program);
}

/** The command that `word` is probably a misspelling of, or another program's word for. */
export function closestCommand(word: string, program: Command): string | undefined {
  const names = program
    .createHelp()
    .visibleCommands(program)
    .map((command) => command.name());
  return elsewhere.get(word) ?? closestWord(word, names);
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}
