import { sanitize, withoutSequences } from "../../domain/sanitize.ts";
import { graphemes } from "../../text/cells.ts";

export interface TextField {
  readonly text: string;
  /** Code units before the caret; always between two graphemes. */
  readonly caret: number;
  /** The whole text is selected, so typing replaces it. */
  readonly selected: boolean;
}

export type Edit =
  | { kind: "insert" | "replace"; text: string }
  | {
      kind:
        | "delete-before"
        | "delete-after"
        | "delete-word-before"
        | "delete-all-before"
        | "delete-all-after"
        | "left"
        | "right"
        | "word-left"
        | "word-right"
        | "start"
        | "end";
    };

export function textField(text = "", selected = false): TextField {
  return { text, caret: text.length, selected: selected && text !== "" };
}

function before({ text, caret }: TextField): string {
  return text.slice(0, caret);
}

function lastGrapheme(text: string): number {
  return graphemes(text).at(-1)?.length ?? 0;
}

function firstGrapheme(text: string): number {
  return graphemes(text)[0]?.length ?? 0;
}

function wordStart(text: string): number {
  return text.length - (/[^\s]*\s*$/.exec(text)?.[0].length ?? 0);
}

function wordEnd(text: string): number {
  return /^\s*[^\s]*/.exec(text)?.[0].length ?? 0;
}

function withCaret(field: TextField, caret: number): TextField {
  return { text: field.text, caret, selected: false };
}

function without(field: TextField, from: number, to: number): TextField {
  return { text: field.text.slice(0, from) + field.text.slice(to), caret: from, selected: false };
}

/** Turns line ends and tabs into spaces and drops control characters. */
function cleaned(text: string): string {
  const line = withoutSequences(text)
    .replace(/[\r\n]+$/, "")
    .replace(/[\r\n\t]+/g, " ");
  return sanitize(line);
}

function insert(field: TextField, added: string): TextField {
  const text = cleaned(added);
  if (text === "") return field;
  if (field.selected) return textField(text);
  const caret = field.caret + text.length;
  return { text: before(field) + text + field.text.slice(field.caret), caret, selected: false };
}

const deletes: readonly Edit["kind"][] = ["delete-before", "delete-after", "delete-word-before"];

export function edited(field: TextField, edit: Edit): TextField {
  if (edit.kind === "insert") return insert(field, edit.text);
  if (edit.kind === "replace") return textField(edit.text);
  if (field.selected && deletes.includes(edit.kind)) return textField();
  const { text, caret } = field;
  const head = before(field);
  const tail = text.slice(caret);
  switch (edit.kind) {
    case "delete-before":
      return without(field, caret - lastGrapheme(head), caret);
    case "delete-after":
      return without(field, caret, caret + firstGrapheme(tail));
    case "delete-word-before":
      return without(field, wordStart(head), caret);
    case "delete-all-before":
      return without(field, 0, caret);
    case "delete-all-after":
      return without(field, caret, text.length);
    case "left":
      return withCaret(field, caret - lastGrapheme(head));
    case "right":
      return withCaret(field, caret + firstGrapheme(tail));
    case "word-left":
      return withCaret(field, wordStart(head));
    case "word-right":
      return withCaret(field, caret + wordEnd(tail));
    case "start":
      return withCaret(field, 0);
    case "end":
      return withCaret(field, text.length);
  }
}
