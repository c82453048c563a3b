import fc from "fast-check";
import { expect, it } from "vitest";
import { fileNameKey, localFileName } from "../../source/domain/file-name.ts";
import { settleNames } from "../../source/plan/names.ts";

it.each<[what: string, names: string[], settled: string[]]>([
  ["two files of one name", ["a.csv.gz", "a.csv.gz"], ["a.csv.gz", "a (2).csv.gz"]],
  ["names that differ in case only", ["A.csv", "a.csv"], ["A.csv", "a (2).csv"]],
  ["folders", ["2026/01/a.csv", "2026/02/a.csv"], ["a.csv", "a (2).csv"]],
  ["colons", ["T16:18.csv", "T16_18.csv"], ["T16_18.csv", "T16_18 (2).csv"]],
  ["reserved names", ["con", "_CON"], ["_con", "_CON (2)"]],
  ["a name with the number of another", ["a", "a (2)", "a"], ["a", "a (2)", "a (3)"]],
  ["a name out of the folder", ["../../a", ".."], ["a", "__"]],
])("settles %s", (_, names, settled) => {
  expect(settleNames(names)).toEqual(settled);
});

it("all names are different and safe, also where case is ignored", () => {
  const part = fc.constantFrom("a", "A", "a (2)", "con", ".part", "x/", ":", "..", ".gz", "é", "é");
  const name = fc.array(part, { maxLength: 4 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(fc.array(name, { maxLength: 30 }), (names) => {
      const settled = settleNames(names);
      expect(new Set(settled.map(fileNameKey)).size).toBe(names.length);
      for (const one of settled) expect(localFileName(one)).toBe(one);
    }),
  );
});

it("many files of one name take no longer each", () => {
  const settled = settleNames(Array<string>(20_000).fill("same.csv.gz"));
  expect(settled.at(-1)).toBe("same (20000).csv.gz");
});
