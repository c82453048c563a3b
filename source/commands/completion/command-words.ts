import type { Command, Option } from "commander";
import { deliveryFormats } from "../../domain/deliveries/name.ts";
import { fileSetStatuses } from "../../domain/entities.ts";
import { faultNames } from "../../domain/fault-names.ts";
import { selectedKinds } from "../../domain/selection.ts";
import { outputFormats } from "../console/columns.ts";

/** The possible next words of a call. */
type Expected =
  | "bucket"
  | "package"
  | "directory"
  | "file"
  | "command"
  | "change"
  | "profile"
  | "remove"
  | "publish"
  | "shell"
  | "status"
  | "kind"
  | "format"
  | "fault"
  | "output"
  | "any";

export interface DescribedOption {
  /** "-o" and "--output". */
  flags: string[];
  description: string;
  /** Undefined if it takes no value. */
  value: Expected | undefined;
}

interface DescribedCommand {
  name: string;
  description: string;
  /** Undefined if it takes no argument. */
  argument: Expected | undefined;
  options: DescribedOption[];
}

/** The options of the program itself, then its commands. */
export interface DescribedWords {
  options: DescribedOption[];
  commands: DescribedCommand[];
}

/** Value types by their placeholder in the help. */
const expectedByName: Readonly<Record<string, Expected>> = {
  bucket: "bucket",
  "id-or-name": "package",
  dir: "directory",
  file: "file",
  command: "command",
  "set|unset": "change",
  profile: "profile",
  rm: "remove",
  publish: "publish",
  shell: "shell",
  status: "status",
  kind: "kind",
  format: "format",
  fault: "fault",
  output: "output",
};

/** Reads the words from the program itself, so that completion matches it. */
export function describeWords(program: Command): DescribedWords {
  const help = program.createHelp();
  const commands = help.visibleCommands(program).map((command) => ({
    name: command.name(),
    description: command.description(),
    argument: expectedOf(command.registeredArguments[0]?.name()),
    options: help.visibleOptions(command).map(describeOption),
  }));
  return { options: help.visibleOptions(program).map(describeOption), commands };
}

function describeOption(option: Option): DescribedOption {
  const value = /[<[]([^>\]]+)[>\]]/.exec(option.flags)?.[1];
  return {
    flags: [option.short, option.long].filter((flag) => flag !== undefined),
    description: option.description.split(/[:;(]/, 1)[0]?.trim() ?? "",
    value: expectedOf(value),
  };
}

function expectedOf(name: string | undefined): Expected | undefined {
  return name === undefined ? undefined : (expectedByName[name] ?? "any");
}

export const shells = ["bash", "zsh", "fish"] as const;

/** The words of the values that have a fixed list. */
export const valueWords = {
  status: fileSetStatuses,
  kind: selectedKinds,
  format: deliveryFormats,
  fault: Object.keys(faultNames),
  output: outputFormats,
  change: ["set", "unset"],
  remove: ["rm"],
  publish: ["publish"],
  shell: shells,
} as const;

/** Undefined for a value without a fixed list. */
export function wordsOf(expected: Expected | undefined): readonly string[] | undefined {
  const words: Partial<Record<Expected, readonly string[]>> = valueWords;
  return expected && words[expected];
}
