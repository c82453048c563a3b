import type { Argument, Command, Option } from "commander";
import { version } from "../base/version.ts";
import { exitCodeRecords } from "../commands/console/exit-codes.ts";
import { examplesOf, wordListOf } from "../commands/register/command-builder.ts";
import { variableRecords } from "../config/variables.ts";
import { keySections } from "../keys/key-sections.ts";
import { bold, entry, filled, roffText, section, subsection, verbatim } from "./roff.ts";

/** The page for man(1); `date` is that of its last change: "2026-11-24". */
export function manualPage(program: Command, date: string): string {
  return `${[
    `.TH CFS 1 ${date} "cfs ${version}" "User Commands"`,
    section("Name"),
    "cfs \\- browse and pull files of LSEG\\(aqs Client File Store",
    section("Synopsis"),
    ".B cfs",
    ".RI [ options ]",
    ".RI [ bucket [/ package ]]",
    ".br",
    ".B cfs",
    ".RI [ options ]",
    ".I command",
    ".RI [ words ]",
    section("Description"),
    paragraphs(description),
    section("Options"),
    ...program.createHelp().visibleOptions(program).map(optionEntry),
    section("Commands"),
    ...commands(program),
    section("Environment"),
    ...variableRecords.map(({ names, meaning }) =>
      entry(names.map(bold).join(", "), sentence(meaning)),
    ),
    section("Exit status"),
    ...exitCodeRecords.map(({ codes, meaning }) =>
      entry(codes.map((code) => bold(String(code))).join(", "), sentence(meaning)),
    ),
    ".PP",
    "If several files fail, each is reported and the highest code counts.",
    section("Files"),
    ...files.map(([path, meaning]) => entry(bold(path), meaning)),
    section("Keys"),
    "Settings give commands other keys by the words in parentheses.",
    ...keys(),
    section("Examples"),
    verbatim(examplesOf(program)),
    section("Notes"),
    paragraphs([
      "This program is unofficial: it is not made, endorsed or supported by LSEG. Names of LSEG and Refinitiv say what it works with.",
    ]),
    section("See also"),
    ".BR curl (1),",
    ".BR aria2c (1),",
    ".BR jq (1)",
  ].join("\n")}\n`;
}

const description: readonly string[] = [
  "Without a command cfs is a program for the terminal: sign in, type a bucket, open packages and file sets, mark files and download them. Each of its commands does one of these things for a script.",
  "Standard output holds results only: tables for people, with --json one JSON object a line with the service's own field names. Progress, notes and errors go to standard error. A file has its final name only when it is complete and verified; an interrupted download resumes where it stopped.",
  "A saved session signs in; without one, the credentials of the environment; without those, the form or a prompt.",
];

const files: readonly [path: string, meaning: string][] = [
  [
    "~/.config/cfs/config.json",
    "Settings, and the refresh token of a kept session. Only its owner can read it. CFS_CONFIG_DIR is another folder for it.",
  ],
  [
    "~/.cache/cfs/",
    "Lists that were visited and compiled code. All of it can be removed; cfs creates it again.",
  ],
  [
    "NAME.part, NAME.part.journal",
    "An incomplete download, beside its final name, with what a later run needs to resume it.",
  ],
  ["DIR/.cfs-sync/", "What cfs sync brought to the folder DIR."],
];

function sentence(text: string): string {
  const closed = text.endsWith(".") ? text : `${text}.`;
  return closed.charAt(0).toUpperCase() + closed.slice(1);
}

function paragraphs(texts: readonly string[]): string {
  return texts.map(filled).join("\n.PP\n");
}

function commands(program: Command): string[] {
  const help = program.createHelp();
  const groups = new Map<string, Command[]>();
  for (const command of help.visibleCommands(program)) {
    const heading = command.helpGroup().replace(/:$/, "") || "More";
    groups.set(heading, [...(groups.get(heading) ?? []), command]);
  }
  return [...groups].flatMap(([heading, group]) => [
    subsection(heading),
    ...group.flatMap(commandEntry),
  ]);
}

function commandEntry(command: Command): string[] {
  const { registeredArguments, options } = command;
  const words = [
    ...registeredArguments.map(argumentText),
    ...(options.length > 0 ? ["[options]"] : []),
  ];
  const term = [bold(`cfs ${command.name()}`), ...words.map(roffText)].join(" ");
  const own = command
    .createHelp()
    .visibleOptions(command)
    .filter(({ long }) => long !== "--help");
  const examples = examplesOf(command);
  return [
    entry(term, sentence(command.description())),
    ".RS",
    ...own.map(optionEntry),
    ...wordList(command),
    ...(examples.length > 0 ? [".sp", verbatim(examples)] : []),
    ".RE",
  ];
}

function wordList(command: Command): string[] {
  const list = wordListOf(command);
  if (list === undefined) return [];
  const words = Object.entries(list.meanings);
  return [
    ".PP",
    `${list.heading}:`,
    ...words.map(([word, meaning]) => entry(bold(word), sentence(meaning))),
  ];
}

function argumentText(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? "..." : ""}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

function optionEntry({ description: about, flags }: Option): string {
  return entry(bold(flags), sentence(about));
}

function keys(): string[] {
  return keySections().flatMap(({ name, commands: described }) => [
    subsection(name),
    ...described.map(({ about, id, keys: written }) =>
      entry(written.map(bold).join(" "), `${about.replace(/\.$/, "")} (${id}).`),
    ),
  ]);
}
