import { expect, test } from "vitest";
import {
  columnName,
  columnNames,
  guessDelimiter,
  splitFields,
} from "../../source/domain/delimited.ts";

test.each([
  ["a,b,c", ["a", "b", "c"]],
  ["", [""]],
  [",", ["", ""]],
  ['"a,b",c', ["a,b", "c"]],
  ['"say ""hi""",2', ['say "hi"', "2"]],
  ['"""a"",b"', ['"a",b']],
  ['""', [""]],
  ['5" pipe,"x"y', ['5" pipe', "xy"]],
  ['"never closed,2', ["never closed,2"]],
  ['"two\nlines",2', ["two\nlines", "2"]],
])("%j is %j", (record, fields) => {
  expect(splitFields(record, ",")).toEqual(fields);
});

test.each([
  [["a,b", "1,2"], ","],
  [["a\tb", "1,5\t2"], "\t"],
  [["a|b|c", "1|2|3,4"], "|"],
  [["a;b", "1;2"], ";"],
  [["one, two", "three"], undefined],
  [["word"], undefined],
])("the delimiter of %j is %j", (lines, delimiter) => {
  expect(guessDelimiter(lines)).toBe(delimiter);
});

test("every column has a name of its own", () => {
  const names = columnNames(["a", "", "a", " b "]);
  expect(names).toEqual(["a", "column 2", "a 3", "b"]);
  expect(columnName(names, 3)).toBe("b");
  expect(columnName(names, 4)).toBe("column 5");
});
