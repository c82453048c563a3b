import { type Command, InvalidArgumentError, Option } from "commander";
import { type LimitRate, parseLimitRate, wantedLimitRate } from "../../base/limit-rate.ts";
import { closestWord } from "../../domain/closest-word.ts";
import { type FaultName, faultNames, isFaultName } from "../../domain/fault-names.ts";
import { profileName, profileNameRule } from "../../domain/profile-name.ts";
import type { Call } from "../console/call.ts";
import { toUsageError, usageError } from "../console/usage-error.ts";
import { folderPath, readDestination } from "../resolve/destination.ts";

/** Actions load their code when they run. */
export interface Commands {
  call: Call;
  /** Adds a command: name and arguments in Commander's syntax, description and examples. */
  add(usage: string, description: string, examples: readonly string[]): Command;
  /** Adds a command for this program's own scripts, without help or completion. */
  hide(usage: string): Command;
  /** The help heading for the commands that follow. */
  heading(text: string): void;
}

export function createCommands(program: Command, call: Call): Commands {
  return {
    call,
    add(usage, description, examples) {
      const command = program.command(usage).description(description);
      for (const argument of command.registeredArguments)
        if (argument.name() === "dir") argument.argParser(readFolder);
      command.exitOverride((error) => {
        throw error.exitCode === 0 ? error : toUsageError(error, command);
      });
      command.hook("preAction", () => {
        refuseEmpty(command);
        readOutput(command);
        refusePlace(command);
      });
      return withExamples(command, examples);
    },
    hide: (usage) => program.command(usage, { hidden: true }),
    heading: (text) => void program.commandsGroup(`${text}:`),
  };
}

const examplesByCommand = new WeakMap<Command, readonly string[]>();

/** Adds examples to the command's help and the manual. */
export function withExamples(command: Command, examples: readonly string[]): Command {
  examplesByCommand.set(command, examples);
  const lines = examples.map((example) => `  $ ${example}`);
  return command.addHelpText("after", `\nExamples:\n${lines.join("\n")}`);
}

export function examplesOf(command: Command): readonly string[] {
  return examplesByCommand.get(command) ?? [];
}

/** The words that an option takes, with their meanings. */
export interface WordList {
  heading: string;
  meanings: Readonly<Record<string, string>>;
}

const wordListByCommand = new WeakMap<Command, WordList>();

/** Adds words to the command's help and the manual. */
export function withWordList(command: Command, list: WordList): Command {
  wordListByCommand.set(command, list);
  const words = Object.entries(list.meanings);
  const cells = Math.max(...words.map(([word]) => word.length));
  const lines = words.map(([word, meaning]) => `  ${word.padEnd(cells)}  ${meaning}`);
  return command.addHelpText("after", `\n${list.heading}:\n${lines.join("\n")}`);
}

export function wordListOf(command: Command): WordList | undefined {
  return wordListByCommand.get(command);
}

export function jsonOption(): Option {
  return new Option("--json", "one JSON object a line, with the service's own field names");
}

/**
 * Throws an AppError of kind usage if an argument or option value is empty: a shell passes that for an
 * unset variable, and the service would list something else.
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

/** Makes a Destination of `-o` with a folder or a store. Throws an AppError of kind usage. */
function readOutput(command: Command): void {
  const takesPlace = command.options.some(({ flags }) => /^-o, .* <(dir|dest)>$/.test(flags));
  const text: unknown = command.getOptionValue("output");
  if (takesPlace && typeof text === "string")
    command.setOptionValue("output", readDestination(text));
}

/** Refuses `bulk-ESG/PACKAGE` as a bucket, which only the terminal program takes. */
function refusePlace(command: Command): void {
  const { args, options, registeredArguments } = command;
  const index = registeredArguments.findIndex((argument) => argument.name() === "bucket");
  const option: unknown = command.getOptionValue("bucket");
  const place = typeof option === "string" ? option : args[index];
  if (place === undefined || !place.includes("/")) return;
  const [bucket = "", packageName = ""] = place.split(/\/(.*)/s);
  const given = typeof option === "string" ? `--bucket ${bucket}` : bucket;
  const hasPackage = packageName !== "" && options.some(({ long }) => long === "--package");
  const words = hasPackage ? `${given} --package ${packageName}` : given;
  throw usageError(`${place} is not a bucket`, `Write it as ${words}.`);
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isEmpty);
  return typeof value === "string" && value.trim() === "";
}

function emptyError(name: string, command: Command) {
  return usageError(`${name} is empty: a shell variable may not be set`, command);
}

export function limitRateOption(): Option {
  return new Option(
    "--limit-rate <rate>",
    "the rate of all connections together (20M, 500k), or times with rates (08:00-18:00 5M)",
  ).argParser(readLimitRate);
}

/** Throws Commander's InvalidArgumentError. */
function readLimitRate(text: string): LimitRate {
  const limitRate = parseLimitRate(text);
  if (limitRate !== undefined) return limitRate;
  throw new InvalidArgumentError(`It is not ${wantedLimitRate}.`);
}

export function readFolder(text: string): string {
  return folderPath(text, "Give the path of a folder.");
}

/** Throws Commander's InvalidArgumentError. */
export function readCount(text: string): number {
  return readWhole(text, 1);
}

/** Like `readCount`, but allows 0, which shows only a csv's header. */
export function readCountOrNone(text: string): number {
  return readWhole(text, 0);
}

function readWhole(text: string, least: number): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(count) && count >= least) return count;
  throw new InvalidArgumentError(`It is not a whole number of at least ${least}.`);
}

/** 0 is any free port. Throws Commander's InvalidArgumentError. */
export function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError("It is not a port number from 0 to 65535.");
}

/** Throws Commander's InvalidArgumentError. */
export function readProfileName(text: string): string {
  if (profileName.test(text)) return text;
  throw new InvalidArgumentError(`Use ${profileNameRule}.`);
}

/** Appends a fault. Throws Commander's InvalidArgumentError. */
export function readFault(text: string, previous: readonly FaultName[] = []): FaultName[] {
  if (isFaultName(text)) return [...previous, text];
  const meant = closestWord(text, Object.keys(faultNames));
  throw new InvalidArgumentError(
    `No fault has this name${meant === undefined ? "" : ` (did you mean ${meant}?)`}.`,
  );
}
