import printed from "node:console";
import { expect, test } from "vitest";
import { captureConsole } from "../../source/terminal/console-capture.ts";

test("console output is held until the release, which restores printing", () => {
  const before = printed.warn;
  const release = captureConsole();
  printed.warn("a %s", "warning");
  printed.log("a line");
  expect(release()).toEqual(["a warning", "a line"]);
  expect(printed.warn).toBe(before);
});
