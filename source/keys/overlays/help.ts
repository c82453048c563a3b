import { matchesFilter, parseFilter } from "../../domain/filter-words.ts";
import { type InputTarget, inputTarget } from "../../store/selectors/input-target.ts";
import { overlayColumns, overlayRows } from "../../store/selectors/layout.ts";
import { cursorOf, type Rows, rowsOfIds } from "../../store/state/list-view.ts";
import type { State } from "../../store/state/state.ts";
import { wrapCells } from "../../text/cells.ts";
import { moveCommands } from "../actions/move.ts";
import type { Command, Group } from "../command.ts";
import { allKeys } from "../keymap.ts";
import { registry } from "../registry.ts";

export type HelpLine =
  | { kind: "heading"; text: string }
  | { kind: "keys"; id: string; shown: string; about: string };

const groups: readonly Group[] = [
  "Sign in",
  "Preview",
  "List",
  "Files",
  "Downloads",
  "Move",
  "Program",
];

/** The input target without the overlay. */
export function targetBeneath(state: State): InputTarget {
  return inputTarget({ ...state, overlay: undefined });
}

export const helpKeyCells = 12;

const linesAboveHelp = 1;

interface Section {
  heading: string;
  commands: readonly Command[];
}

/** This screen's bindings by group, then all others by screen, filtered by the typed text. */
function sections(state: State): Section[] {
  const where = targetBeneath(state);
  const filter = parseFilter(state.overlay?.kind === "help" ? state.overlay.field.text : "");
  const bound = registry.filter(
    (command) =>
      command.keys.length > 0 &&
      matchesFilter(
        filter,
        `${allKeys(state, command)} ${command.title} ${command.about}`,
        command.title,
      ),
  );
  const here = bound.filter(
    ({ binds, where: places }) => places.includes(where) && binds?.(state) !== false,
  );
  const elsewhere = bound.filter((command) => !command.where.includes(where));
  return [
    ...groups.map((group) => ({
      heading: group,
      commands: here.filter((command) => command.group === group),
    })),
    ...bySection(elsewhere).map(({ name, commands }) => ({
      heading: `Elsewhere: ${name}`,
      commands,
    })),
  ].filter(({ commands }) => commands.length > 0);
}

function helpCommandsOf(state: State): Command[] {
  return sections(state).flatMap(({ commands }) => commands);
}

function commandLines(state: State, command: Command): HelpLine[] {
  const room = Math.max(10, overlayColumns(state) - helpKeyCells - 6);
  const keys = wrapCells(allKeys(state, command), helpKeyCells);
  const about = wrapCells(command.about, room);
  return Array.from({ length: Math.max(keys.length, about.length) }, (_, index) => ({
    kind: "keys",
    id: command.id,
    shown: keys[index] ?? "",
    about: about[index] ?? "",
  }));
}

export function helpLines(state: State): HelpLine[] {
  return sections(state).flatMap(({ commands, heading }): HelpLine[] => [
    { kind: "heading", text: heading },
    ...commands.flatMap((command) => commandLines(state, command)),
  ]);
}

export function helpHeight(state: State): number {
  return Math.max(1, overlayRows(state) - linesAboveHelp);
}

export function helpRows(state: State): Rows {
  return rowsOfIds(helpCommandsOf(state).map(({ id }) => id));
}

export function chosenInHelp(state: State): Command | undefined {
  if (state.overlay?.kind !== "help") return undefined;
  const { index } = cursorOf(state.overlay.list, helpRows(state), helpHeight(state));
  return helpCommandsOf(state)[index];
}

/** A command belongs to the first section that contains all of its places. */
const sectionPlaces: readonly [name: string, places: readonly string[]][] = [
  ["Moving", []],
  ["Everywhere", ["files", "sign-in", "quit"]],
  ["All lists", ["packages", "files", "downloads"]],
  ["File sets, Files, Downloads", ["files", "downloads"]],
  ["Packages, File sets, Files", ["packages", "files"]],
  ["File sets, Files", ["file-sets", "files"]],
  ["Packages, File sets", ["packages", "file-sets"]],
  ["File sets", ["file-sets"]],
  ["Preview", ["preview"]],
  ["Preview record", ["record"]],
  ["Preview search", ["search"]],
  ["Downloads", ["downloads"]],
  ["Bucket", ["bucket-field"]],
  ["Bucket list", ["bucket-menu"]],
  ["Sign in", ["sign-in"]],
  ["Sign-in type", ["sign-in-kind"]],
  ["Signing in", ["resume-failed"]],
  ["Take over?", ["take-over"]],
  ["Filter", ["filter"]],
  ["Help", ["help"]],
  ["Help filter", ["help-filter"]],
  ["Commands", ["palette"]],
  ["Sort, Copy, Settings", ["settings"]],
  ["Sort, Copy, Name taken", ["name-conflict"]],
  ["Details, Messages", ["details"]],
  ["Download folder", ["folder"]],
  ["Rate limit", ["limit-rate"]],
  ["Type a rate", ["rate"]],
  ["Quit?", ["quit"]],
];

const movesLists = ({ group, where }: Command) => group === "Move" && where.includes("files");

const listMoves = new Set(moveCommands.filter(movesLists).map(({ about }) => about));

/** Returns undefined for movement that works as it does in lists. */
function sectionOf(command: Command): string | undefined {
  const where: readonly string[] = command.where;
  if (movesLists(command)) return "Moving";
  if (listMoves.has(command.about)) return undefined;
  const found = sectionPlaces.find(
    ([, all]) => all.length > 0 && all.every((place) => where.includes(place)),
  );
  return found?.[0] ?? where.join(", ");
}

/** Movement that works as it does in lists is omitted. */
export function bySection(
  commands: readonly Command[],
): { name: string; commands: readonly Command[] }[] {
  const bySection = new Map<string, Command[]>(sectionPlaces.map(([name]) => [name, []]));
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
