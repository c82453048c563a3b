import { type Where, whereIs } from "../store/selectors/input-target.ts";
import type { State } from "../store/state/state.ts";
import { bindings } from "./bindings.ts";
import { type Command, textPlaces } from "./command.ts";
import { elsewhereText, firstScreen, screensOf } from "./elsewhere.ts";
import { writtenKey } from "./key-names.ts";
import { keysOf } from "./keymap.ts";

const waits: readonly Where[] = ["resuming", "signing-in"];

/**
 * The command of another screen that people mean by the key: one that it is the first key of, on the first
 * screen down the path. Moves are on every screen, and where a name is typed the other keys edit it.
 */
function elsewhere(state: State, key: string): Command | undefined {
  if (textPlaces.includes(whereIs(state))) return undefined;
  const rank = (command: Command) => keysOf(state, command).indexOf(key);
  return bindings
    .filter((command) => command.group !== "Move" && rank(command) >= 0)
    .filter((command) => screensOf(command) !== "")
    .toSorted((a, b) => rank(a) - rank(b) || firstScreen(a) - firstScreen(b))
    .at(0);
}

/** What to say of a key that is not bound here: where it is, or that it is nowhere. */
export function noMeaning(state: State, key: string): string {
  const where = whereIs(state);
  if (waits.includes(where)) return `${writtenKey(key)}: wait for the sign-in; Esc shows the form.`;
  const meant = elsewhere(state, key);
  if (meant && !meant.where.includes(where)) return elsewhereText(state, meant, key);
  return `${writtenKey(key)} does nothing here.`;
}
