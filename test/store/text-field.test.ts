import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Edit,
  edited,
  type TextField,
  textField,
} from "../../source/store/state/text-field.ts";
import { graphemes } from "../../source/text/cells.ts";

function after(field: TextField, ...edits: (Edit["kind"] | string)[]): TextField {
  return edits.reduce<TextField>((now, edit) => {
    const known = kinds.find((kind) => kind === edit);
    return edited(now, known ? { kind: known } : { kind: "insert", text: edit });
  }, field);
}

const kinds = [
  "delete-before",
  "delete-after",
  "delete-word-before",
  "delete-all-before",
  "delete-all-after",
  "left",
  "right",
  "word-left",
  "word-right",
  "start",
  "end",
] as const;

test.each<[string, string[], string, number]>([
  ["typing goes on at the caret", ["abc", "left", "x"], "abxc", 3],
  ["backspace takes one character", ["abc", "delete-before", "d"], "abd", 3],
  ["a family is one character", ["a👩‍👩‍👧‍👦", "delete-before"], "a", 1],
  ["a letter and its accent are one", ["e\u0301x", "left", "delete-before"], "x", 0],
  ["delete takes what follows", ["abc", "start", "delete-after"], "bc", 0],
  ["^W takes a word and the space after it", ["one two  ", "delete-word-before"], "one ", 4],
  ["^U takes all before the caret", ["one two", "left", "delete-all-before"], "o", 0],
  ["^K takes all behind it", ["one two", "start", "right", "delete-all-after"], "o", 1],
  ["words are jumped over", ["one two", "word-left", "x"], "one xtwo", 5],
  ["words are jumped over forwards", ["one two", "start", "word-right", "x"], "onex two", 4],
  ["the edges hold", ["a", "left", "left", "delete-before", "right", "right", "end"], "a", 1],
])("%s", (_, edits, text, caret) => {
  expect(after(textField(), ...edits)).toEqual({ text, caret, selected: false });
});

test("a selected text is replaced by what is typed, dropped by a delete, kept by a move", () => {
  const selected = textField("bulk-ESG", true);
  expect(after(selected, "x").text).toBe("x");
  expect(after(selected, "delete-before").text).toBe("");
  expect(after(selected, "end", "2").text).toBe("bulk-ESG2");
});

test("pasted text arrives clean and whole", () => {
  expect(after(textField(), "bulk-ESG\n").text).toBe("bulk-ESG");
  expect(after(textField(), "one\r\ntwo\tthree").text).toBe("one two three");
  expect(after(textField(), "a\u001b[31mb\u202ec").text).toBe("abc");
});

test("the caret always stands between two characters", () => {
  const piece = fc.constantFrom(...kinds, "a", " ", "é", "e\u0301", "日本", "👩‍👩‍👧‍👦");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (edits) => {
      const { caret, text } = after(textField(), ...edits);
      const stops = [0];
      for (const part of graphemes(text)) stops.push((stops.at(-1) ?? 0) + part.length);
      expect(stops).toContain(caret);
    }),
  );
});
