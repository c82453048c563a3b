import { expect, test } from "vitest";
import { blocksOf } from "../../source/terminal/capabilities.ts";

test.each([
  [{ TERM: "xterm-256color", LANG: "en_US.UTF-8" }, "unicode"],
  [{ TERM: "screen", LC_CTYPE: "C.utf8", LANG: "C" }, "unicode"],
  [{ TERM: "xterm-256color", LC_ALL: "C", LANG: "en_US.UTF-8" }, "ascii"],
  [{ TERM: "xterm-256color" }, "ascii"],
  [{ TERM: "linux", LANG: "C.UTF-8" }, "ascii"],
  [{ TERM: "dumb", LANG: "C.UTF-8" }, "ascii"],
  [{ LANG: "C.UTF-8" }, "ascii"],
])("%j: the bars are %s", (variables, blocks) => {
  expect(blocksOf(variables)).toBe(blocks);
});
