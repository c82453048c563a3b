import { bindings } from "./bindings.ts";
import type { Command } from "./command.ts";
import { writtenKey } from "./key-names.ts";

/** The screens in the order in which they are told; a command stands in the first section all of whose places it has. */
const sections: readonly [name: string, places: readonly string[]][] = [
  ["Moving", []],
  ["Everywhere", ["files", "sign-in", "quit"]],
  ["All lists", ["files", "downloads"]],
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
function sectionOf({ group, where: places }: Command): string | undefined {
  const where: readonly string[] = places;
  if (group === "Move") return where.includes("files") ? "Moving" : undefined;
  const found = sections.find(
    ([, all]) => all.length > 0 && all.every((place) => where.includes(place)),
  );
  return found?.[0] ?? where.join(", ");
}

/** Keys that do one thing, where a section of the table says. */
export interface DescribedKeys {
  /** As people read them: "Esc", "^D", "x". */
  keys: readonly string[];
  /** The command's id, by which the settings give it other keys. */
  id: string;
  title: string;
  /** What it does, as a sentence. */
  about: string;
}

export interface KeySection {
  name: string;
  commands: readonly DescribedKeys[];
}

/** Every key of the program by where it counts, made of the commands themselves. */
export function keySections(): KeySection[] {
  const bySection = new Map<string, DescribedKeys[]>(sections.map(([name]) => [name, []]));
  for (const command of bindings) {
    const section = command.keys.length === 0 ? undefined : sectionOf(command);
    if (section === undefined) continue;
    const { about, id, title } = command;
    const described = { keys: command.keys.map(writtenKey), id, title, about };
    const others = bySection.get(section);
    if (others === undefined) bySection.set(section, [described]);
    else others.push(described);
  }
  return [...bySection]
    .map(([name, commands]) => ({ name, commands }))
    .filter(({ commands }) => commands.length > 0);
}
