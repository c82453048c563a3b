import type { State } from "../store/state/state.ts";
import type { Command } from "./command.ts";

/** Commands that always quit; their keys cannot be rebound. */
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

/** The shortened list of keys for hints. */
export function shownKeys(state: Pick<State, "settings">, command: Command): string {
  const isOwn = keysOf(state, command) === command.keys;
  return (isOwn ? command.shown : undefined) ?? allKeys(state, command);
}

/** One sentence for each invalid key setting, with its line in the settings file. */
export function keymapWarnings(
  settings: State["settings"],
  commands: readonly Command[],
  lines: Readonly<Record<string, number>> = {},
): string[] {
  const byId = new Map(commands.map((command) => [command.id, command]));
  return Object.entries(settings.keys).flatMap(([id, keys]) => {
    const line = lines[id] === undefined ? "" : ` line ${lines[id]}`;
    const warn = (problem: string) => `Settings file${line}: keys.${id.slice(0, 60)}: ${problem}`;
    const command = byId.get(id);
    if (!command) return [warn(noCommand(id, commands))];
    if (kept.includes(id)) return [warn("its key cannot be changed.")];
    const wrong = keys.filter((key) => !isFreeKey(key));
    const unusable = wrong.map((key) =>
      isKeyName(key) ? `${writtenKey(key)} always quits.` : `"${key.slice(0, 20)}" is not a key.`,
    );
    return [...unusable, ...collisions(settings, command, commands)].map(warn);
  });
}

function noCommand(id: string, commands: readonly Command[]): string {
  const wanted = id.toLowerCase().replaceAll("_", "-");
  const close = commands.find(
    (one) => one.id === wanted || one.title.replaceAll(" ", "-") === wanted,
  );
  return `unknown command.${close ? ` Did you mean ${close.id}?` : ""}`;
}

/** Commands of the same screens that share a key and lose it. */
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
    return [`${writtenKey(shared)} is also bound to ${other.id}.`];
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

/** "Esc", "^D", "x". */
export function writtenKey(name: string): string {
  if (name === "nameless") return "This key";
  const control = /^ctrl-(.+)$/.exec(name)?.[1];
  if (control !== undefined) return `^${written.get(control) ?? control.toUpperCase()}`;
  return written.get(name) ?? name;
}

/** A valid name is one character, a key name, or ctrl- and a letter. */
function isKeyName(name: string): boolean {
  if (written.has(name) || /^ctrl-[a-z]$/.test(name)) return true;
  return /^[\x21-\x7e]$/.test(name);
}
