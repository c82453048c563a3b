import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { several } from "../support/fakes/listings.ts";
import type { ProgramScreen } from "../support/terminal/render-program.tsx";
import { fileId, preview, trimmed } from "./preview-fixture.ts";

/** The only record of that file, opened. */
async function record(filename: string, body: string): Promise<ProgramScreen> {
  const screen = await preview(filename, body);
  await screen.until("1/1 record");
  screen.press("enter");
  await screen.until("Record 1");
  return screen;
}

const jsonl = several(
  3,
  (number) => `${JSON.stringify({ Id: number, Details: { Name: `N${number}`, List: [1, 2] } })}\n`,
).join("");

test("jsonl is a table of its fields, and each record a tree", async () => {
  const screen = await preview("a.jsonl.gz", gzipSync(jsonl));
  await screen.until("1/3 records");
  expect(screen.lines()[1]).toMatch(/^ {3}JSON lines · (\d+ B) · all 3 records, \1 read *$/);
  expect(trimmed(screen).slice(2, 4)).toEqual([
    "    Id  Details.Name  Details.List",
    " 1   1  N1            [1,2]",
  ]);
  screen.press("j", "enter");
  await screen.until("Record 2");
  const tree = (name: string, id: number) => [
    `   Record ${id}`,
    `   Id       ${id}`,
    " - Details",
    `     Name   "${name}"`,
    "   - List",
    "       [0]  1",
    "       [1]  2",
  ];
  expect(trimmed(screen).slice(1, 8)).toEqual(tree("N2", 2));
  screen.press(">");
  await screen.until("Record 3");
  expect(trimmed(screen).slice(1, 8)).toEqual(tree("N3", 3));
  screen.press(">");
  await screen.until("Next record: this is the last record.");
  screen.press("<", "<", "v");
  await screen.until("Details.Name");
  screen.press("tab");
  await screen.until("Record 1");
  screen.press("backspace");
  await screen.until("Details.Name");
  screen.press("escape");
  await screen.until("1/1 file");
});

test("Enter folds and unfolds what is under the cursor, in every record", async () => {
  const screen = await preview("a.jsonl", jsonl);
  await screen.until("1/3 records");
  screen.press("enter", "enter");
  await screen.until("Fold: this field is short; y copies its value.");
  screen.press("down", "enter");
  await screen.until('+ Details  {"Name":"N1","List":[1,2]}');
  expect(trimmed(screen).slice(2, 5)).toEqual([
    "   Id       1",
    ' + Details  {"Name":"N1","List":[1,2]}',
    "",
  ]);
  screen.press(">");
  await screen.until('+ Details  {"Name":"N2","List":[1,2]}');
  screen.press("space", "down", "down", "down", "enter");
  expect(await screen.until("+ List   [1,2]")).toContain('Name   "N2"');
  screen.press("left", "left");
  await screen.until('+ Details  {"Name":"N2"');
  screen.press("left");
  await screen.until("Fold: this is the outermost level; Esc goes back.");
  screen.press("right", "l", "l");
  await screen.until("Unfold: nothing is folded here.");
  screen.press("z");
  await screen.until('+ Details  {"Name":"N2"');
  screen.press("z");
  await screen.until("[0]  1");
});

test("a key of the table says that the record must be closed first", async () => {
  const screen = await preview("a.csv", "Id,Note\n1,a\n");
  await screen.until("1/1 record");
  screen.press("enter");
  await screen.until("Record 1");
  screen.press("f");
  await screen.until("Freeze: close this first (Esc).");
});

test("a long text folds to one row", async () => {
  const screen = await record("a.csv", `Id,Note\n1,${"word ".repeat(60)}end\n`);
  screen.press("down", "enter");
  expect(await screen.until("+ Note  word")).not.toContain("end");
  screen.press("right");
  expect(await screen.until("- Note  word")).toContain("end");
});

test("the names of a record's fields have up to half of the width, and values stay in one column", async () => {
  const fields = { Id: 1, "StatementDetails.OrganizationPermanentIdentifier": 4300191021 };
  const screen = await record("a.jsonl", `${JSON.stringify(fields)}\n`);
  expect(trimmed(screen).slice(2, 4)).toEqual([
    `   Id${" ".repeat(40)}1`,
    "   StatementDetail…ationPermanentIdentifier  4300191021",
  ]);
  screen.resize(120, 24);
  await screen.until("StatementDetails.OrganizationPermanentIdentifier  4300191021");
});

test("a tree that is longer than the screen scrolls", async () => {
  const fields = Object.fromEntries(several(40, (number) => [`f${number}`, number]));
  const screen = await record("a.jsonl", `${JSON.stringify(fields)}\n`);
  await screen.until("32 more below");
  screen.press("j", "pagedown", "up");
  await screen.until("25 more below");
  screen.press("G");
  expect(await screen.until("f40")).not.toContain("more below");
});

test("y copies the record, in an open record the value, and Y what is chosen", async () => {
  const screen = await preview("a.jsonl", jsonl);
  await screen.until("1/3 records");
  screen.press("y");
  await screen.until('Copied {"Id":1,"Details"');
  screen.press("Y");
  await screen.until(/ Record .*"Id":1/);
  screen.press("enter");
  await screen.until('Copied {"Id":1,"Details"');
  screen.press("enter", "down", "y", "down", "y");
  await screen.until("Copied N1");
  screen.press("Y");
  expect(await screen.until("Details.Name")).toContain("Details.List[0]");
  screen.press("down", "enter");
  await screen.until("Copied [1,2]");
  screen.press("Y", "G", "up", "up", "up", "enter");
  await screen.until(`Copied ${fileId}`);
  expect(screen.fake.copied).toEqual([
    jsonl.split("\n")[0],
    jsonl.split("\n")[0],
    '{"Name":"N1","List":[1,2]}',
    "N1",
    "[1,2]",
    fileId,
  ]);
});

test("the notice names a long record, and the copy is whole", async () => {
  const text = `{"Note":"${"n".repeat(5_000)}"}`;
  const screen = await preview("a.jsonl", `${text}\n`);
  await screen.until("1/1 record");
  screen.press("y");
  await screen.until("Copied record 1 (5.0 kB)");
  screen.press("enter", "y");
  await screen.until("Copied Note (5.0 kB)");
  expect(screen.fake.copied).toEqual([text, "n".repeat(5_000)]);
});
