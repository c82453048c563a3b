import { moveCommands } from "../actions/move.ts";
import type { Command } from "../command.ts";

/** The screens in the order in which they are told; a command stands in the first section all of whose places it has. */
const sections: readonly [name: string, places: readonly string[]][] = [
  ["Moving", []],
  ["Everywhere", ["files", "sign-in", "quit"]],
  ["All lists", ["packages", "files", "downloads"]],
  ["File sets, Files, Downloads", ["files", "downloads"]],
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

const movesLists = ({ group, where }: Command) => group === "Move" && where.includes("files");

/** What moves in lists; elsewhere the same keys do it, or the arrows where letters are text. */
const listMoves = new Set(moveCommands.filter(movesLists).map(({ about }) => about));

/** Undefined for what moves elsewhere as in lists. */
function sectionOf(command: Command): string | undefined {
  const where: readonly string[] = command.where;
  if (movesLists(command)) return "Moving";
  if (listMoves.has(command.about)) return undefined;
  const found = sections.find(
    ([, all]) => all.length > 0 && all.every((place) => where.includes(place)),
  );
  return found?.[0] ?? where.join(", ");
}

/** Commands by where their keys count; what moves elsewhere as in lists is left out. */
export function inSections(
  commands: readonly Command[],
): { name: string; commands: readonly Command[] }[] {
  const bySection = new Map<string, Command[]>(sections.map(([name]) => [name, []]));
  for (const command of commands) {
    const section = sectionOf(command);
    if (section === undefined) continue;
    const others = bySection.get(section);
    if (others === undefined) bySection.set(section, [command]);
    else others.push(command);
  }
  return [...bySection]
    .map(([name, found]) => ({ name, commands: found }))
    .filter(({ commands: found }) => found.length > 0);
}
