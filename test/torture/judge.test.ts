import { expect, it } from "vitest";
import { problemOfWords } from "./judge.ts";

const root = "/dev/shm/cfs-torture-rkNaN4/root";

it.each([
  ["a sentence", `cfs: Saving a.csv in ${root}/out: permission was denied.`, undefined],
  ["no message", "", "it printed no message"],
  ["a heading alone", "cfs: Saving a.csv", "it is no sentence"],
  ["an internal value", "cfs: Saved NaN files.", "it is no sentence"],
  ["a stack trace", "cfs: It failed.\n    at save (a.ts:1)", "it is no sentence"],
])("judges %s, whatever the letters of the temporary folder", (_, message, problem) => {
  expect(problemOfWords(message, root)).toBe(problem);
});
