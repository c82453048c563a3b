import { expect, test } from "vitest";
import {
  findByLastField,
  findPath,
  pathName,
  valuePaths,
} from "../../source/current-table/columns.ts";

const namesOf = (type: string) => valuePaths([{ name: "a", type }]).map(pathName);

test.each([
  ["VARCHAR", ["a"]],
  ["STRUCT(b BIGINT, c DATE)", ["a.b", "a.c"]],
  ["STRUCT(b STRUCT(c DOUBLE, d DECIMAL(18,3)), e BIGINT)", ["a.b.c", "a.b.d", "a.e"]],
  ["STRUCT(b BIGINT)[]", ["a"]],
  ["MAP(VARCHAR, STRUCT(b BIGINT))", ["a"]],
  ['STRUCT("Odd, (name)" BIGINT, "a ""b""" DATE)', ["a.Odd, (name)", 'a.a "b"']],
])("%s has the values %j", (type, names) => {
  expect(namesOf(type)).toEqual(names);
});

test("a column is found as spelled, or else in any case", () => {
  const paths = valuePaths([
    { name: "ID", type: "VARCHAR" },
    { name: "Id", type: "VARCHAR" },
    { name: "Period", type: "STRUCT(End DATE)" },
  ]);
  expect(findPath("Id", paths)).toEqual(["Id"]);
  expect(findPath("id", paths)).toEqual(["ID"]);
  expect(findPath("period.end", paths)).toEqual(["Period", "End"]);
  expect(findPath("End", paths)).toBeUndefined();
});

test("a column is found by its last field only if no other has it", () => {
  const paths = valuePaths([
    { name: "OrganizationId", type: "VARCHAR" },
    { name: "Start.Date", type: "VARCHAR" },
    { name: "End.Date", type: "VARCHAR" },
  ]);
  expect(findByLastField("Statement.OrganizationId", paths)).toEqual(["OrganizationId"]);
  expect(findByLastField("Statement.Date", paths)).toBeUndefined();
});
