import { type Where, whereIs } from "../store/selectors/where.ts";
import type { State } from "../store/state.ts";
import { bindings } from "./bindings.ts";
import { elsewhereText, firstScreen, screensOf } from "./elsewhere.ts";
import { writtenKey } from "./key-names.ts";
import { keysOf } from "./keymap.ts";

const waits: readonly Where[] = ["resuming", "signing-in"];

/** What to say of a key that is not bound here: where it is, or that it is nowhere. */
export function noMeaning(state: State, key: string): string {
  const where = whereIs(state);
  if (waits.includes(where)) return `${writtenKey(key)}: wait for the sign-in; Esc shows the form.`;
  // Of several, what it does on the first screen down the path.
  const [elsewhere] = bindings
    .filter((command) => keysOf(state, command).includes(key) && screensOf(command) !== "")
    .sort((left, right) => firstScreen(left) - firstScreen(right));
  if (elsewhere && !elsewhere.where.includes(where)) {
    return elsewhereText(state, elsewhere, key);
  }
  return `${writtenKey(key)} does nothing here.`;
}
