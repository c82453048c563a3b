import printed from "node:console";
import { expect, test } from "vitest";
import { holdConsole } from "../../source/terminal/console-capture.ts";

test("what is printed meanwhile is held, and printing is given back", () => {
  const before = printed.warn;
  const release = holdConsole();
  printed.warn("a %s", "warning");
  printed.log("a line");
  expect(release()).toEqual(["a warning", "a line"]);
  expect(printed.warn).toBe(before);
});
