import { expect, test } from "vitest";
import { flatFields, oneLine, parseExactJson, treeLines } from "../../source/domain/json-tree.ts";

test("numbers keep every digit", () => {
  const text = '{"id":12345678901234567890,"x":1.50,"t":"12345678901234567890","l":[1e400]}';
  expect(treeLines(parseExactJson(text)).map(({ value }) => value)).toEqual([
    "12345678901234567890",
    "1.5",
    '"12345678901234567890"',
    undefined,
    "Infinity",
  ]);
  expect(flatFields(parseExactJson(text)).get("id")).toBe("12345678901234567890");
});

test.each(['{"a":}', "x", "", '{"a":1234567890123456x}'])("%j is no JSON", (text) => {
  expect(parseExactJson(text)).toBeUndefined();
});

test("a table's fields are the paths of an object's members", () => {
  const value = { Name: "Alder", Details: { Id: 7, Deep: { er: null } }, List: [1, "b"], None: {} };
  expect([...flatFields(value)]).toEqual([
    ["Name", "Alder"],
    ["Details.Id", "7"],
    ["Details.Deep.er", "null"],
    ["List", '[1,"b"]'],
    ["None", "{}"],
  ]);
  expect([...flatFields("text")]).toEqual([["", "text"]]);
});

test("a tree goes in where objects and arrays do", () => {
  expect(treeLines({ Name: "Alder", List: [{ Id: 7 }, []], Empty: {} })).toEqual([
    { depth: 0, label: "Name", value: '"Alder"' },
    { depth: 0, label: "List" },
    { depth: 1, label: "[0]" },
    { depth: 2, label: "Id", value: "7" },
    { depth: 1, label: "[1]", value: "[]" },
    { depth: 0, label: "Empty", value: "{}" },
  ]);
});

test("nothing steers the terminal, and nothing is without bounds", () => {
  const hostile = { "\u001b[2Ja": "x\u202ey\nz\u009b" };
  expect(treeLines(hostile)).toEqual([{ depth: 0, label: "[2Ja", value: '"xy z"' }]);
  expect([...flatFields(hostile)]).toEqual([["[2Ja", "xy z"]]);
  const deep = parseExactJson(`{"a":${"[".repeat(50_000)}${"]".repeat(50_000)}}`);
  expect(treeLines(deep).length).toBeLessThan(30);
  expect(flatFields(deep).size).toBe(1);
  expect(treeLines(Array.from({ length: 1e5 }, () => 1)).length).toBeLessThan(5_010);
  expect(oneLine("x".repeat(1e6)).length).toBe(4_001);
});
