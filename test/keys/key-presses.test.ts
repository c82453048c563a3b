import { expect, test } from "vitest";
import {
  type KeyFlags,
  type KeyPress,
  keyPresses,
  keyReader,
} from "../../source/keys/key-presses.ts";

const none: KeyFlags = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageUp: false,
  pageDown: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  tab: false,
  backspace: false,
  delete: false,
  ctrl: false,
  shift: false,
  meta: false,
};

const names = (input: string, flags: Partial<KeyFlags> = {}) =>
  keyPresses(input, { ...none, ...flags }).map(({ name }) => name);

test.each<[string, string, Partial<KeyFlags>, string[]]>([
  ["a letter", "j", {}, ["j"]],
  ["a capital", "G", { shift: true }, ["G"]],
  ["a burst of letters", "jjjj", {}, ["j", "j", "j", "j"]],
  ["a word with its Enter", "abc\r", {}, ["a", "b", "c", "enter"]],
  ["two Enters", "\r\n\n", {}, ["enter", "enter"]],
  ["control characters in a burst", "a\u0015b", {}, ["a", "ctrl-u", "b"]],
  ["a space", " ", {}, ["space"]],
  ["a tab in a burst", "a\tb", {}, ["a", "tab", "b"]],
  ["a family", "👩‍👩‍👧‍👦", {}, ["👩‍👩‍👧‍👦"]],
  ["an arrow", "", { upArrow: true }, ["up"]],
  ["^U", "u", { ctrl: true }, ["ctrl-u"]],
  ["shift and tab", "", { tab: true, shift: true }, ["shift-tab"]],
  ["ctrl and an arrow", "", { leftArrow: true, ctrl: true }, ["ctrl-left"]],
  ["Esc and a letter in one packet", "x", { meta: true }, ["escape", "x"]],
  ["two Esc in one packet", "", { escape: true, meta: true }, ["escape", "escape"]],
  ["Esc and Enter in one packet", "\r", { return: true, meta: true }, ["escape", "enter"]],
  ["alt and an arrow", "", { upArrow: true, meta: true }, ["up"]],
  ["alt and backspace", "", { backspace: true, meta: true }, ["alt-backspace"]],
  ["what an arrow leaves whose Esc came alone", "[A", {}, ["sequence"]],
  ["the same of a keypad", "OB", {}, ["sequence"]],
  ["a key without a name here", "", {}, ["nameless"]],
  ["the same with ctrl or alt", "", { ctrl: true, meta: true }, ["nameless"]],
  ["one that Ink has no name for either", "[23;5~", {}, ["nameless"]],
  ["the same with other keys behind it", "[Bjk", {}, ["sequence", "j", "k"]],
  ["a bracket and a burst", "[]", {}, ["[", "]"]],
  ["Enter", "\r", { return: true }, ["enter"]],
  ["Escape", "", { escape: true }, ["escape"]],
])("%s", (_, input, flags, expected) => {
  expect(names(input, flags)).toEqual(expected);
});

const text = (presses: readonly KeyPress[]) => presses.map((press) => press.text ?? "").join("");

test.each(["[a", "[A", "[ABc", "[5~x", "[1z", "OB", "Omega"])(
  "%s is text where text is written",
  (input) => {
    expect(text(keyPresses(input, none))).toBe(input);
  },
);

test.each<[string, string]>([
  ["[A", ""],
  ["OB", ""],
  ["[Bjk", "jk"],
  ["[5~jk", "jk"],
])("%s right after a lone Esc is what is left of a cut key, and writes %j", (input, written) => {
  const read = keyReader(() => 0);
  expect(read("", { ...none, escape: true })).toEqual([{ name: "escape" }]);
  expect(text(read(input, none))).toBe(written);
  expect(text(read(input, none))).toBe(input);
});

test("long after a lone Esc it is text again", () => {
  let nowMs = 0;
  const read = keyReader(() => nowMs);
  read("", { ...none, escape: true });
  nowMs = 60_000;
  expect(text(read("[A", none))).toBe("[A");
});

test("a key without a name here writes nothing", () => {
  expect(text(keyPresses("[25~", none))).toBe("");
  expect(text(keyPresses("[27;5;9~", none))).toBe("");
  expect(keyPresses("[1;3I", { ...none, meta: true })).toEqual([{ name: "sequence" }]);
});

test("what writes carries its text", () => {
  expect(keyPresses("a ", none)).toEqual([
    { name: "a", text: "a" },
    { name: "space", text: " " },
  ]);
});
