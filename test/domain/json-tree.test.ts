import { expect, test } from "vitest";
import {
  contentText,
  flatFields,
  oneLine,
  parseExactJson,
  treeLines,
} from "../../source/domain/json-tree.ts";

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
    { depth: 0, label: "Name", value: '"Alder"', path: "Name", content: "Alder" },
    { depth: 0, label: "List", path: "List", content: [{ Id: 7 }, []] },
    { depth: 1, label: "[0]", path: "List[0]", content: { Id: 7 } },
    { depth: 2, label: "Id", value: "7", path: "List[0].Id", content: 7 },
    { depth: 1, label: "[1]", value: "[]", path: "List[1]", content: [] },
    { depth: 0, label: "Empty", value: "{}", path: "Empty", content: {} },
  ]);
});

test("a field is copied whole: texts without quotes, long numbers with every digit", () => {
  const value = parseExactJson(
    '{"t":"a\\nb","n":12345678901234567890,"o":{"n":12345678901234567890}}',
  );
  expect(treeLines(value).map(({ content }) => contentText(content))).toEqual([
    "a\nb",
    "12345678901234567890",
    '{"n":12345678901234567890}',
    "12345678901234567890",
  ]);
});

test("nothing steers the terminal, and nothing is without bounds", () => {
  const hostile = { "\u001b[2Ja": "x\u202ey\nz\u009b" };
  expect(treeLines(hostile)).toMatchObject([{ label: "[2Ja", value: '"xy z"', path: "[2Ja" }]);
  expect([...flatFields(hostile)]).toEqual([["[2Ja", "xy z"]]);
  const deep = parseExactJson(`{"a":${"[".repeat(50_000)}${"]".repeat(50_000)}}`);
  expect(treeLines(deep).length).toBeLessThan(30);
  expect(flatFields(deep).size).toBe(1);
  expect(treeLines(Array.from({ length: 1e5 }, () => 1)).length).toBeLessThan(5_010);
  expect(oneLine("x".repeat(1e6)).length).toBe(4_001);
});
