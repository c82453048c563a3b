import type { Program } from "../store/program.ts";
import {
  activeField,
  type InputTarget,
  inputTarget,
  isOpeningNamedPlace,
} from "../store/selectors/input-target.ts";
import { firstScreenNote } from "../store/selectors/messages.ts";
import { currentPlace, rowsOf } from "../store/selectors/table.ts";
import { isListed, type ListedPlace, placeKey } from "../store/state/place.ts";
import type { State } from "../store/state/state.ts";
import type { Edit } from "../store/state/text-field.ts";
import {
  type Command,
  firstScreen,
  lastsUntil,
  otherScreenText,
  runCommand,
  screensOf,
  sentenceTitle,
  textPlaces,
} from "./command.ts";
import type { KeyPress } from "./key-presses.ts";
import { bindings, commandFor } from "./key-table.ts";
import { keysOf, writtenKey } from "./keymap.ts";

/** Runs the command bound to a key, edits the field, or explains why nothing happens. */
export function dispatch(program: Program, press: KeyPress): void {
  if (waitsForPlace(program, press)) return;
  if (press.name === "escape") program.actions.dismissNotice();
  const state = program.store.getState();
  const command = commandFor(state, press.name);
  if (command) {
    if (!waitsForRows(program, press, command)) runCommand(program, command);
    return;
  }
  const edit = activeField(state) ? editFor(press) : undefined;
  if (!edit && press.name === "sequence") return;
  program.actions.clearNotice();
  if (edit) program.actions.edit(edit);
  else if (press.name === "escape") program.actions.notify("note", firstScreenNote);
  else program.actions.notify("warning", unboundKeyText(state, press.name));
}

/** Pasted text is ignored unless a field has the focus. */
export function dispatchPaste(program: Program, text: string): void {
  const state = program.store.getState();
  if (activeField(state) && !isOpeningNamedPlace(state))
    program.actions.edit({ kind: "insert", text });
}

const waits: readonly InputTarget[] = ["resuming", "signing-in"];

/** The command most likely meant: one with this as its first key, on the earliest screen of the path. */
function commandElsewhere(state: State, key: string): Command | undefined {
  if (textPlaces.includes(inputTarget(state))) return undefined;
  const rank = (command: Command) => keysOf(state, command).indexOf(key);
  return bindings
    .filter((command) => command.group !== "Move" && rank(command) >= 0)
    .filter((command) => screensOf(command).length > 0)
    .toSorted((a, b) => rank(a) - rank(b) || firstScreen(a) - firstScreen(b))
    .at(0);
}

function unboundKeyText(state: State, key: string): string {
  const where = inputTarget(state);
  if (waits.includes(where)) return `${writtenKey(key)}: wait for the sign-in; Esc shows the form.`;
  const meant = commandElsewhere(state, key);
  if (meant && !meant.where.includes(where)) return otherScreenText(state, meant);
  return `${writtenKey(key)} does nothing here.`;
}

const edits: ReadonlyMap<string, Exclude<Edit["kind"], "insert" | "replace">> = new Map([
  ["backspace", "delete-before"],
  ["ctrl-h", "delete-before"],
  ["delete", "delete-after"],
  ["ctrl-d", "delete-after"],
  ["ctrl-w", "delete-word-before"],
  ["alt-backspace", "delete-word-before"],
  ["ctrl-u", "delete-all-before"],
  ["ctrl-k", "delete-all-after"],
  ["left", "left"],
  ["right", "right"],
  ["ctrl-left", "word-left"],
  ["ctrl-right", "word-right"],
  ["home", "start"],
  ["ctrl-a", "start"],
  ["end", "end"],
  ["ctrl-e", "end"],
]);

function editFor({ name, text }: KeyPress): Edit | undefined {
  const kind = edits.get(name);
  if (kind) return { kind };
  return text === undefined ? undefined : { kind: "insert", text };
}

/** Keys that act at once, on the way to a place too. */
const immediate: readonly string[] = ["escape", "ctrl-c", "ctrl-z", "ctrl-l"];

type KeptKeys = WeakMap<Program, KeyPress[]>;

const keysForPlace: KeptKeys = new WeakMap();
const keysForRows: KeptKeys = new WeakMap();

/** Keeps a key after those kept before; `done` is called once `isOver`. */
function keepKey(
  kept: KeptKeys,
  program: Program,
  key: KeyPress,
  { isOver, done }: { isOver(state: State): boolean; done(state: State): void },
): void {
  const keys = kept.get(program);
  if (keys) {
    keys.push(key);
    return;
  }
  kept.set(program, [key]);
  const unsubscribe = program.store.subscribe((state) => {
    if (!isOver(state)) return;
    unsubscribe();
    done(state);
  });
}

/** Presses the kept keys, or drops them if what they waited for did not come. */
function release(kept: KeptKeys, program: Program, hasCome: boolean): void {
  const keys = kept.get(program) ?? [];
  kept.delete(program);
  if (hasCome) for (const key of keys) dispatch(program, key);
}

function releaseForPlace(program: Program, state: State): void {
  const isOpen = state.session.phase === "signed-in" && currentPlace(state).kind !== "bucket";
  if (!isOpeningNamedPlace(state)) release(keysForPlace, program, isOpen);
}

/** True if the key was kept for the place that the command line or goto named, which is still opening. */
function waitsForPlace(program: Program, key: KeyPress): boolean {
  const { store } = program;
  // Esc gives up the place, and with it what was typed for it.
  if (key.name === "escape") keysForPlace.delete(program);
  releaseForPlace(program, store.getState());
  if (!isOpeningNamedPlace(store.getState()) || immediate.includes(key.name)) return false;
  keepKey(keysForPlace, program, key, {
    isOver: (state) => !isOpeningNamedPlace(state),
    done: (state) => releaseForPlace(program, state),
  });
  return true;
}

/** The list on the screen while it has no rows yet; undefined while something else takes the keys. */
function awaitedList(state: State): ListedPlace | undefined {
  const place = currentPlace(state);
  if (state.overlay || activeField(state) || !isListed(place)) return undefined;
  const listing = state.listings[placeKey(place)];
  return listing?.phase === "loading" && listing.rows.length === 0 ? place : undefined;
}

/** True if the key was kept for the rows of a list that is loading. Leaving the list drops it. */
function waitsForRows(program: Program, key: KeyPress, command: Command): boolean {
  const { actions, store } = program;
  const state = store.getState();
  const list = awaitedList(state);
  const isMove = command.group === "Move";
  if (!list || (!isMove && !lastsUntil("loaded", command.unavailable?.(state)))) return false;
  if (!isMove) actions.notify("note", `${sentenceTitle(command)} waits for the list.`);
  keepKey(keysForRows, program, key, {
    isOver: (now) => awaitedList(now) !== list,
    done(now) {
      const isShown = currentPlace(now) === list && !now.overlay && !activeField(now);
      release(keysForRows, program, isShown && rowsOf(now, list).length > 0);
    },
  });
  return true;
}
