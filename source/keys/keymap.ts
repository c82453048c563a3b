import type { State } from "../store/state.ts";
import type { Command } from "./command.ts";
import { isKeyName, writtenKey } from "./key-names.ts";

/** The keys that always get out; nobody can take them away. */
const kept: readonly string[] = ["interrupt"];

/** The keys of a command: its own, or those that the settings give it. */
export function keysOf({ settings }: Pick<State, "settings">, command: Command): readonly string[] {
  if (kept.includes(command.id)) return command.keys;
  return settings.keys[command.id]?.filter(isKeyName) ?? command.keys;
}

/** The keys of a command as people read them. */
export function shownKeys(state: Pick<State, "settings">, command: Command): string {
  const keys = keysOf(state, command);
  return keys === command.keys ? command.shown : keys.map(writtenKey).join(" ");
}

/** What is wrong with keys from the settings, each in a sentence. */
export function keymapWarnings(
  settings: State["settings"],
  commands: readonly Command[],
): string[] {
  const byId = new Map(commands.map((command) => [command.id, command]));
  return Object.entries(settings.keys).flatMap(([id, keys]) => {
    const command = byId.get(id);
    if (!command) return [`Settings file: keys.${id.slice(0, 60)}: there is no such command.`];
    if (kept.includes(id)) return [`Settings file: keys.${id}: its key cannot be changed.`];
    const wrong = keys.filter((key) => !isKeyName(key));
    const unknown = wrong.map(
      (key) => `Settings file: keys.${id}: "${key.slice(0, 20)}" is no key.`,
    );
    return [...unknown, ...collisions(settings, command, commands)];
  });
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
    return [`Settings file: keys.${command.id}: ${writtenKey(shared)} is ${other.id} too.`];
  });
}
