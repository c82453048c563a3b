import type { Program } from "../store/program.ts";
import { isArriving } from "../store/selectors/input-target.ts";
import { currentPlace } from "../store/selectors/table.ts";
import type { KeyPress } from "./key-presses.ts";

/** Keys that act at once, on the way to a place too. */
const immediate: readonly string[] = ["escape", "ctrl-c", "ctrl-z", "ctrl-l"];

const waiting = new WeakMap<Program, KeyPress[]>();

/** Presses the keys that waited, or drops them if the place did not open. */
function release(program: Program, press: (key: KeyPress) => void): void {
  const keys = waiting.get(program);
  const state = program.store.getState();
  if (!keys || isArriving(state)) return;
  waiting.delete(program);
  if (state.session.phase !== "signed-in" || currentPlace(state).kind === "bucket") return;
  for (const key of keys) press(key);
}

/** True if the key was kept for the place that the command line or goto named, which is still opening. */
export function waitsForPlace(
  program: Program,
  key: KeyPress,
  press: (key: KeyPress) => void,
): boolean {
  // Esc gives up the place, and with it what was typed for it.
  if (key.name === "escape") waiting.delete(program);
  release(program, press);
  if (!isArriving(program.store.getState()) || immediate.includes(key.name)) return false;
  const keys = waiting.get(program);
  if (keys) {
    keys.push(key);
    return true;
  }
  waiting.set(program, [key]);
  const unsubscribe = program.store.subscribe((state) => {
    if (isArriving(state)) return;
    unsubscribe();
    release(program, press);
  });
  return true;
}
