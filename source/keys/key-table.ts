import { bindings } from "./bindings.ts";
import type { Command } from "./command.ts";
import { writtenKey } from "./key-names.ts";

/** The screens in the order of the table; a command stands in the first row that has all of its row's places. */
const rows: readonly [name: string, places: readonly string[]][] = [
  ["moving", []],
  ["everywhere", ["files", "sign-in", "quit"]],
  ["all lists", ["files", "downloads"]],
  ["Packages, File sets, Files", ["packages", "files"]],
  ["File sets, Files", ["file-sets", "files"]],
  ["File sets", ["file-sets"]],
  ["Preview", ["preview"]],
  ["Preview, a record", ["record"]],
  ["Downloads", ["downloads"]],
  ["Bucket", ["bucket-field"]],
  ["Bucket, its list", ["bucket-menu"]],
  ["Sign in", ["sign-in"]],
  ["Sign in, its kind", ["sign-in-kind"]],
  ["Signing in", ["resume-failed"]],
  ["Take over?", ["take-over"]],
  ["Filter", ["filter"]],
  ["Help", ["help"]],
  ["Help, its filter", ["help-filter"]],
  ["Commands", ["palette"]],
  ["Sort, Copy, Settings", ["settings"]],
  ["Details, Messages", ["details"]],
  ["Download folder", ["folder"]],
  ["Quit?", ["quit"]],
];

/** Undefined for what moves elsewhere than in lists: its keys are the same, or the arrows where letters are text. */
function rowOf({ group, where: places }: Command): string | undefined {
  const where: readonly string[] = places;
  if (group === "Move") return where.includes("files") ? "moving" : undefined;
  const found = rows.find(
    ([, all]) => all.length > 0 && all.every((place) => where.includes(place)),
  );
  return found?.[0] ?? where.join(", ");
}

/** Every key of the program as a Markdown table, made of the commands themselves. */
export function keyTable(): string {
  const byRow = new Map<string, Map<string, Set<string>>>();
  for (const command of bindings) {
    if (command.keys.length === 0) continue;
    const row = rowOf(command);
    if (row === undefined) continue;
    const titles = byRow.get(row) ?? new Map<string, Set<string>>();
    byRow.set(row, titles);
    const keys = titles.get(command.title) ?? new Set();
    titles.set(command.title, keys);
    for (const key of command.keys) keys.add(writtenKey(key));
  }
  const names = [...new Set([...rows.map(([name]) => name), ...byRow.keys()])];
  const lines = names.flatMap((name) => {
    const titles = byRow.get(name);
    if (!titles) return [];
    const parts = [...titles].map(([title, keys]) => `\`${[...keys].join(" ")}\` ${title}`);
    return [`| ${name} | ${parts.join(" · ").replaceAll("|", "\\|")} |`];
  });
  return ["| where | keys |", "| --- | --- |", ...lines].join("\n");
}
