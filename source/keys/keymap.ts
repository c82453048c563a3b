import type { State } from "../store/state/state.ts";
import type { Command } from "./command.ts";

/** The commands that always get out, and their keys; nobody can take them away. */
const kept: readonly string[] = ["interrupt"];
const keptKeys: readonly string[] = ["ctrl-c"];

const isFreeKey = (name: string) => isKeyName(name) && !keptKeys.includes(name);

export function keysOf({ settings }: Pick<State, "settings">, command: Command): readonly string[] {
  if (kept.includes(command.id)) return command.keys;
  return settings.keys[command.id]?.filter(isFreeKey) ?? command.keys;
}

export function allKeys(state: Pick<State, "settings">, command: Command): string {
  return keysOf(state, command).map(writtenKey).join(" ");
}

/** The keys of a command as people read them, where there is no room for all of them. */
export function shownKeys(state: Pick<State, "settings">, command: Command): string {
  const isOwn = keysOf(state, command) === command.keys;
  return (isOwn ? command.shown : undefined) ?? allKeys(state, command);
}

/** What is wrong with keys from the settings, each in a sentence with its line in the settings file. */
export function keymapWarnings(
  settings: State["settings"],
  commands: readonly Command[],
  lines: Readonly<Record<string, number>> = {},
): string[] {
  const byId = new Map(commands.map((command) => [command.id, command]));
  return Object.entries(settings.keys).flatMap(([id, keys]) => {
    const line = lines[id] === undefined ? "" : ` line ${lines[id]}`;
    const told = (problem: string) => `Settings file${line}: keys.${id.slice(0, 60)}: ${problem}`;
    const command = byId.get(id);
    if (!command) return [told(noCommand(id, commands))];
    if (kept.includes(id)) return [told("its key cannot be changed.")];
    const wrong = keys.filter((key) => !isFreeKey(key));
    const unusable = wrong.map((key) =>
      isKeyName(key) ? `${writtenKey(key)} always quits.` : `"${key.slice(0, 20)}" is no key.`,
    );
    return [...unusable, ...collisions(settings, command, commands)].map(told);
  });
}

/** That there is no such command, with the one that may have been meant. */
function noCommand(id: string, commands: readonly Command[]): string {
  const wanted = id.toLowerCase().replaceAll("_", "-");
  const close = commands.find(
    (one) => one.id === wanted || one.title.replaceAll(" ", "-") === wanted,
  );
  return `there is no such command${close ? `; is ${close.id} meant?` : "."}`;
}

/** The other commands of the same screens that have one of the keys too; they come after it. */
function collisions(
  settings: State["settings"],
  command: Command,
  commands: readonly Command[],
): string[] {
  return commands.flatMap((other) => {
    const isApart =
      other === command || !other.where.some((place) => command.where.includes(place));
    const shared = keysOf({ settings }, other).find((key) =>
      keysOf({ settings }, command).includes(key),
    );
    if (isApart || other.binds || command.binds || shared === undefined) return [];
    return [`${writtenKey(shared)} is ${other.id} too.`];
  });
}

const written: ReadonlyMap<string, string> = new Map([
  ["up", "↑"],
  ["down", "↓"],
  ["left", "←"],
  ["right", "→"],
  ["shift-left", "Shift-←"],
  ["shift-right", "Shift-→"],
  ["pageup", "PgUp"],
  ["pagedown", "PgDn"],
  ["home", "Home"],
  ["end", "End"],
  ["enter", "Enter"],
  ["escape", "Esc"],
  ["tab", "Tab"],
  ["shift-tab", "Shift-Tab"],
  ["space", "Space"],
  ["backspace", "Backspace"],
  ["delete", "Delete"],
]);

/** A key as people read it: "Esc", "^D", "x". */
export function writtenKey(name: string): string {
  if (name === "nameless") return "This key";
  const control = /^ctrl-(.+)$/.exec(name)?.[1];
  if (control !== undefined) return `^${written.get(control) ?? control.toUpperCase()}`;
  return written.get(name) ?? name;
}

/** True for what a key can be called: one character, a name, or ctrl- and a letter. */
function isKeyName(name: string): boolean {
  if (written.has(name) || /^ctrl-[a-z]$/.test(name)) return true;
  return /^[\x21-\x7e]$/.test(name);
}
