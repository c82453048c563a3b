import type { Program } from "../store/program.ts";
import { activeField } from "../store/selectors/input-target.ts";
import { commandFor } from "./bindings.ts";
import type { KeyPress } from "./key-presses.ts";
import { noMeaning } from "./no-meaning.ts";
import { attempt } from "./run-command.ts";
import { editFor } from "./text-edits.ts";

/** Does what a key means now: a command, or else an edit where text is written. No key is silent. */
export function dispatch(program: Program, press: KeyPress): void {
  if (press.name === "escape") program.actions.dismissNotice();
  const state = program.store.getState();
  const command = commandFor(state, press.name);
  if (command) {
    attempt(program, command);
    return;
  }
  const edit = activeField(state) ? editFor(press) : undefined;
  if (!edit && press.name === "sequence") return;
  program.actions.clearNotice();
  if (!edit) {
    program.actions.tell("warning", noMeaning(state, press.name));
    return;
  }
  program.actions.edit(edit);
}

/** Pasted text goes into the field that has the focus, whole; elsewhere it means nothing. */
export function dispatchPaste(program: Program, text: string): void {
  if (activeField(program.store.getState())) program.actions.edit({ kind: "insert", text });
}
