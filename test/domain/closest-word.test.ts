import { expect, it } from "vitest";
import { closestWord } from "../../source/domain/closest-word.ts";

const commands = ["login", "logout", "status", "file-sets", "files", "get", "url"];

it.each([
  ["stauts", "status"],
  ["Login", "login"],
  ["lgin", "login"],
  ["filesets", "file-sets"],
  ["file", "files"],
  ["gte", "get"],
  ["bulk", undefined],
  ["bulk-ESG", undefined],
  ["a", undefined],
])("%s was meant to be %s", (word, meant) => {
  expect(closestWord(word, commands)).toBe(meant);
});
