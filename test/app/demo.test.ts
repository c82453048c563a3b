import { expect, test } from "vitest";
import { readDemo } from "../../source/app/demo.ts";

test.each([
  [["buckets"], undefined, ["buckets"]],
  [["buckets", "--demo"], "fast", ["buckets"]],
  [["--demo=slow", "get", "4"], "slow", ["get", "4"]],
  [["--demo", "--demo=slow"], "slow", []],
  [["peek", "--", "--demo"], undefined, ["peek", "--", "--demo"]],
])("%j is the demo %s of %j", (words, kind, rest) => {
  expect(readDemo(words)).toEqual({ kind, rest });
});
