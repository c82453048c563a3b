import { expect, test } from "vitest";
import { commonFolder, fileSetFolder } from "../../source/domain/folders.ts";

test.each([
  [
    "Bulk-ESG-Social-Csv-Init-2022-10-02T16:11:18.777Z",
    7,
    "Bulk-ESG-Social-Csv-Init-2022-10-02T16_11_18.777Z",
  ],
  ["Bulk-ESG-Social-Csv-Init-2022-10-02T16:11:18.777Z", 1, undefined],
  ["../../etc", 2, "etc"],
  ["..", 2, "__"],
  ["", 2, "unnamed"],
])("%j with %i files goes into %j", (name, count, folder) => {
  expect(fileSetFolder(name, count)).toBe(folder);
});

test.each([
  [[], ""],
  [["/d"], "/d"],
  [["/d/a", "/d/a"], "/d/a"],
  [["/d/a", "/d/b"], "/d"],
  [["/d", "/d/b"], "/d"],
  [["/d/ab", "/d/a"], "/d"],
  [["/x/a", "/y/a"], "/"],
  [["C:\\d\\a", "C:\\d\\b"], "C:\\d"],
])("%j lie in %j", (folders, common) => {
  expect(commonFolder(folders)).toBe(common);
});
