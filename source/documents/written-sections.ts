import { exitCodeRecords } from "../commands/console/exit-codes.ts";
import { variableRecords } from "../config/variables.ts";
import { type SettingName, settingAbout, settingChoices } from "../domain/settings.ts";
import { keyTables, shortKeyTable } from "./key-documents.ts";

/** A part of a document that is made of the program's own records; it stands between two marks. */
export interface WrittenSection {
  path: string;
  name: string;
  text: string;
}

/** All parts of documents that `npm run documents` writes. */
export function writtenSections(): WrittenSection[] {
  return [
    { path: "README.md", name: "keys", text: shortKeyTable() },
    { path: "docs/keys.md", name: "keys", text: keyTables() },
    { path: "docs/exit-codes.md", name: "exit codes", text: exitCodeTable() },
    { path: "docs/settings.md", name: "settings", text: settingTable() },
    { path: "docs/settings.md", name: "variables", text: variableTable() },
  ];
}

/** `document` with the section in the place of what stands between its marks. Throws where there are none. */
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
  const rows = Object.entries<string>(settingAbout satisfies Record<SettingName, string>).map(
    ([name, about]) => {
      const words = choices[name]?.map((word) => `\`${word}\``).join(" ") ?? "1 to 256";
      return `| \`${name}\` | ${words} | ${about} |`;
    },
  );
  return ["| setting | words | what it is for |", "| --- | --- | --- |", ...rows].join("\n");
}
