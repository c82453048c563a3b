import { expect, test } from "vitest";
import { clipboardCode } from "../../source/terminal/clipboard.ts";

const plain = "\u001b]52;c;NDAzNy1lNzlj\u0007";

test.each([
  [{}, plain],
  [{ TERM: "xterm-256color" }, plain],
  [{ TMUX: "/tmp/tmux" }, `${plain}\u001bPtmux;\u001b${plain}\u001b\\`],
  [{ TERM: "screen-256color" }, `${plain}\u001bP${plain}\u001b\\`],
  [{ STY: "1.pts-0", TERM: "xterm" }, `\u001bP${plain}\u001b\\`],
])("in %j the code is wrapped as that terminal passes it on", (environment, code) => {
  expect(clipboardCode("4037-e79c", environment)).toBe(code);
});

test("long texts are split into pieces that GNU screen passes on", () => {
  const code = clipboardCode("x".repeat(5_000), { STY: "1.pts-0", TERM: "screen" }) ?? "";
  const pieces = code.split("\u001b\\").slice(0, -1);
  expect(pieces.length).toBeGreaterThan(5);
  for (const piece of pieces) expect(piece.length).toBeLessThan(768);
  const passedOn = pieces.map((piece) => piece.slice(2)).join("");
  expect(passedOn).toBe(clipboardCode("x".repeat(5_000), {}));
});

test("a text that is longer than terminals accept is not offered", () => {
  const isOffered = (length: number) => clipboardCode("x".repeat(length), {}) !== undefined;
  expect([isOffered(56_244), isOffered(56_245)]).toEqual([true, false]);
});
