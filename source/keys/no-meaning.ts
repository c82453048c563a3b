import { type Where, whereIs } from "../store/selectors/where.ts";
import type { State } from "../store/state.ts";
import { bindings } from "./bindings.ts";
import { type Command, sentenceTitle } from "./command.ts";
import { writtenKey } from "./key-names.ts";
import { keysOf } from "./keymap.ts";

/** The screens by name, as far as a key can be told to belong there. */
const screens: readonly [Where, string][] = [
  ["bucket-menu", "the list of buckets"],
  ["packages", "Packages"],
  ["file-sets", "File sets"],
  ["files", "Files"],
  ["downloads", "Downloads"],
];

/** "Packages, File sets and Files"; empty where the command belongs to no screen with rows. */
function screensOf({ where }: Command): string {
  const names = screens.flatMap(([place, name]) => (where.includes(place) ? [name] : []));
  const last = names.pop();
  return names.length === 0 ? (last ?? "") : `${names.join(", ")} and ${last}`;
}

const waits: readonly Where[] = ["resuming", "signing-in"];

/** What to say of a key that is not bound here: where it is, or that it is nowhere. */
export function noMeaning(state: State, key: string): string {
  const where = whereIs(state);
  if (waits.includes(where)) return `${writtenKey(key)}: wait for the sign-in; Esc shows the form.`;
  const elsewhere = bindings.find(
    (command) => keysOf(state, command).includes(key) && screensOf(command) !== "",
  );
  if (elsewhere && !elsewhere.where.includes(where)) {
    return `${sentenceTitle(elsewhere)}: ${writtenKey(key)} does that on ${screensOf(elsewhere)}.`;
  }
  return `${writtenKey(key)} does nothing here.`;
}
