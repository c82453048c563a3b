import type { Edit } from "../store/state/text-field.ts";
import type { KeyPress } from "./key-presses.ts";

const edits: ReadonlyMap<string, Exclude<Edit["kind"], "insert">> = new Map([
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

/** What a key does in a field of text, where it does something. */
export function editFor({ name, text }: KeyPress): Edit | undefined {
  const kind = edits.get(name);
  if (kind) return { kind };
  return text === undefined ? undefined : { kind: "insert", text };
}
