import { type DescribedKeys, keySections } from "../keys/key-sections.ts";

const cell = (text: string) => text.replaceAll("|", "\\|");
const written = ({ keys }: DescribedKeys) => `\`${keys.join(" ")}\``;

/** Every key with its command's id, a Markdown table for each place. */
export function keyTables(): string {
  const tables = keySections().map(({ name, commands }) => {
    const rows = commands.map(
      (command) => `| ${cell(written(command))} | ${cell(command.about)} | \`${command.id}\` |`,
    );
    return [`## ${name}`, "", "| keys | what they do | id |", "| --- | --- | --- |", ...rows];
  });
  return tables.map((lines) => lines.join("\n")).join("\n\n");
}

/** What a first hour needs, in the order in which it is needed. */
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

/** The keys of a first hour as a Markdown table. */
export function shortKeyTable(): string {
  const all = keySections().flatMap(({ commands }) => commands);
  const rows = firstKeys.flatMap((id) => {
    const found = all.find((command) => command.id === id);
    return found === undefined ? [] : [`| ${cell(written(found))} | ${cell(found.about)} |`];
  });
  return ["| keys | what they do |", "| --- | --- |", ...rows].join("\n");
}
