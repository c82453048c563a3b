import { exitCodeRecords } from "../commands/console/exit-codes.ts";
import { variableRecords } from "../config/variables.ts";
import { type SettingName, settingAbout, settingChoices } from "../domain/settings.ts";
import { type DescribedKeys, keySections } from "../keys/key-sections.ts";

/** A part of a document, between two marks, that is generated from the program's own records. */
export interface WrittenSection {
  path: string;
  name: string;
  text: string;
}

/** The sections that `npm run documents` writes. */
export function writtenSections(): WrittenSection[] {
  return [
    { path: "README.md", name: "keys", text: shortKeyTable() },
    { path: "docs/keys.md", name: "keys", text: keyTables() },
    { path: "docs/exit-codes.md", name: "exit codes", text: exitCodeTable() },
    { path: "docs/settings.md", name: "settings", text: settingTable() },
    { path: "docs/settings.md", name: "variables", text: variableTable() },
  ];
}

/** Replaces the text between the marks of the section. Throws if the marks are missing. */
export function withSection(document: string, { name, path, text }: WrittenSection): string {
  const [begin, end] = [`<!-- ${name} -->\n`, `\n<!-- end of ${name} -->`];
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${path} has no marks of ${name}.`);
  return document.slice(0, from + begin.length) + text + document.slice(to);
}

function exitCodeTable(): string {
  const rows = exitCodeRecords.map(({ codes, meaning }) => `| ${codes.join(", ")} | ${meaning} |`);
  return ["| exit | meaning |", "| --- | --- |", ...rows].join("\n");
}

function variableTable(): string {
  const rows = variableRecords.map(({ names, meaning }) => {
    const written = names.map((name) => `\`${name}\``).join(" ");
    return `| ${written} | ${meaning} |`;
  });
  return ["| variable | meaning |", "| --- | --- |", ...rows].join("\n");
}

function settingTable(): string {
  const choices: Readonly<Partial<Record<string, readonly string[]>>> = settingChoices;
  const others: Readonly<Partial<Record<string, string>>> = {
    limitRate: "a rate (`5M`), rates by the time of day (`08:00-18:00 5M`), or `off`",
  };
  const rows = Object.entries<string>(settingAbout satisfies Record<SettingName, string>).map(
    ([name, about]) => {
      const words =
        choices[name]?.map((word) => `\`${word}\``).join(" ") ?? others[name] ?? "1 to 256";
      return `| \`${name}\` | ${words} | ${about} |`;
    },
  );
  return ["| setting | words | what it is for |", "| --- | --- | --- |", ...rows].join("\n");
}

const cell = (text: string) => text.replaceAll("|", "\\|");
const written = ({ keys }: DescribedKeys) => `\`${keys.join(" ")}\``;

/** A Markdown table of commands for each place. */
export function keyTables(): string {
  const tables = keySections().map(({ name, commands }) => {
    const rows = commands.map(
      (command) => `| ${cell(written(command))} | ${cell(command.about)} | \`${command.id}\` |`,
    );
    return [`## ${name}`, "", "| keys | what they do | id |", "| --- | --- | --- |", ...rows];
  });
  return tables.map((lines) => lines.join("\n")).join("\n\n");
}

/** The commands that a beginner needs, in that order. */
const firstKeys = [
  "up",
  "down",
  "open",
  "back",
  "filter",
  "sort",
  "mark",
  "download",
  "preview",
  "details",
  "copy",
  "downloads",
  "help",
  "commands",
  "quit",
];

export function shortKeyTable(): string {
  const all = keySections().flatMap(({ commands }) => commands);
  const rows = firstKeys.flatMap((id) => {
    const found = all.find((command) => command.id === id);
    return found === undefined ? [] : [`| ${cell(written(found))} | ${cell(found.about)} |`];
  });
  return ["| keys | what they do |", "| --- | --- |", ...rows].join("\n");
}
