import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import type { FileSet } from "../../source/domain/entities.ts";
import { readyPreview } from "../../source/store/selectors/preview.ts";
import { zipOf } from "../preview/preview-fixture.ts";
import { several, someFile, someFileSet } from "../support/fakes/listings.ts";
import type { FakeProgram } from "../support/fakes/program.ts";
import {
  type ProgramScreen,
  renderProgram,
  type ScreenOptions,
} from "../support/terminal/render-program.tsx";

const fileId = "4000-ffff-1";

const csv = `Ric,Name,Price,Note\n${several(
  500,
  (number) => `R${number}.L,"Alder, ""Foods"" ${number}",${number / 4},${"n".repeat(60)}`,
).join("\n")}\n`;

const jsonl = several(
  3,
  (number) => `${JSON.stringify({ Id: number, Details: { Name: `N${number}`, List: [1, 2] } })}\n`,
).join("");

/** The Files screen with one file of that name and content. */
async function files(
  filename: string,
  body: string | Buffer | undefined,
  options: ScreenOptions = {},
): Promise<ProgramScreen> {
  const screen = renderProgram({
    columns: 80,
    rows: 12,
    bucket: "bulk-ESG",
    ...options,
    prepare(fake) {
      fake.fileStore.filesAnswer = () => [someFile(1, { filename })];
      if (body !== undefined) fake.objects.objects.set(fileId, Buffer.from(body));
      options.prepare?.(fake);
    },
  });
  await screen.until("/2 packages");
  screen.press("enter");
  await screen.until("/9 file sets");
  screen.press("enter");
  await screen.until("1/1 file");
  return screen;
}

async function preview(...words: Parameters<typeof files>): Promise<ProgramScreen> {
  const screen = await files(...words);
  screen.press("p");
  return screen;
}

const trimmed = (screen: ProgramScreen) => screen.lines().map((line) => line.trimEnd());

test("a csv is a table with its header; numbers stand to the right", async () => {
  const screen = await preview("a.csv", csv);
  const frame = await screen.until("1/200 records so far");
  expect(frame).toContain("a.csv › Preview");
  expect(trimmed(screen).slice(1, 5)).toEqual([
    "   CSV · 48 kB · first 200 records, 48 kB read",
    "      Ric     Name                Price  Note",
    `   1  R1.L    Alder, "Foods" 1     0.25  ${"n".repeat(37)}…`,
    `   2  R2.L    Alder, "Foods" 2      0.5  ${"n".repeat(37)}…`,
  ]);
});

test("both families move, and what is read follows the cursor to the end", async () => {
  const screen = await preview("a.csv", csv);
  await screen.until("1/200");
  screen.press("down", "j", "up", "k", "pagedown");
  await screen.until("7/200");
  screen.press("ctrl-u", "end");
  await screen.until("200/400 records so far");
  screen.press("G");
  await screen.until("400/500 records");
  screen.press("G");
  expect(await screen.until("500/500 records")).toContain("all 500 records, 48 kB read");
  screen.press("home");
  await screen.until("1/500 records");
});

test("arrows, h and l scroll the columns and never leave the preview", async () => {
  const screen = await preview("a.csv", csv, { columns: 60 });
  await screen.until("1/200");
  screen.press("left");
  await screen.until("Left: this is the first column.");
  screen.press("right", "l");
  await screen.until("3–4/4  ← →");
  expect(screen.lines()[2]?.trim()).toMatch(/^Price +Note$/);
  screen.press(">");
  await screen.until("Right: this is the last column.");
  screen.press("h");
  await screen.until("2–4/4");
  screen.press("left", "left", "h");
  expect(await screen.until("Left: this is the first column.")).toContain("1/200");
});

test("f freezes the first column while the others scroll", async () => {
  const screen = await preview("a.csv", csv, { columns: 60 });
  await screen.until("1/200");
  screen.press("f", "right");
  await screen.until("1, 3–4/4");
  expect(trimmed(screen).slice(2, 4)).toEqual([
    "      Ric    │ Price  Note",
    `   1  R1.L   │  0.25  ${"n".repeat(36)}…`,
  ]);
  screen.press("left", "left");
  await screen.until("Left: this is the first column.");
  expect(screen.lines()[2]).toMatch(/Ric +│ Name +Price/);
  screen.press("f");
  await screen.until(() => !screen.frame().includes("│"));
  screen.press("f", "r");
  await screen.until("│");
});

test("> goes to the end of wide characters, and no further", async () => {
  const screen = await preview("a.txt", `${"漢".repeat(45)}終\nshort\n`);
  await screen.until("1/2 records");
  screen.press(">");
  await screen.until("from character 21");
  expect(screen.frame()).toContain("終");
  screen.press(">");
  await screen.until("Right: this is the last column.");
});

test("> goes to the end of a line that is far above", async () => {
  const screen = await preview("a.txt", `${"x".repeat(70)}the end\n${"short\n".repeat(900)}`);
  await screen.until("1/200");
  for (const read of ["200/400", "400/800", "800/901"]) {
    screen.press("G");
    await screen.until(read);
  }
  screen.press(">");
  await screen.until("from character 21");
  screen.press("home");
  await screen.until("the end");
});

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

test("a long text folds to one row", async () => {
  const screen = await preview("a.csv", `Id,Note\n1,${"word ".repeat(60)}end\n`);
  await screen.until("1/1 record");
  screen.press("enter", "down", "enter");
  expect(await screen.until("+ Note  word")).not.toContain("end");
  screen.press("right");
  expect(await screen.until("- Note  word")).toContain("end");
});

test("the names of a record's fields have up to half of the width, and values stay in one column", async () => {
  const fields = { Id: 1, "StatementDetails.OrganizationPermanentIdentifier": 4300191021 };
  const screen = await preview("a.jsonl", `${JSON.stringify(fields)}\n`);
  await screen.until("1/1 record");
  screen.press("enter");
  await screen.until("Record 1");
  expect(trimmed(screen).slice(2, 4)).toEqual([
    `   Id${" ".repeat(40)}1`,
    "   StatementDetails.OrganizationPermanentI…  4300191021",
  ]);
  screen.resize(120, 24);
  await screen.until("StatementDetails.OrganizationPermanentIdentifier  4300191021");
});

test("a tree that is longer than the screen scrolls", async () => {
  const record = JSON.stringify(
    Object.fromEntries(several(40, (number) => [`f${number}`, number])),
  );
  const screen = await preview("a.jsonl", `${record}\n`);
  await screen.until("1/1 record");
  screen.press("enter");
  await screen.until("32 more below");
  screen.press("j", "pagedown", "up");
  await screen.until("25 more below");
  screen.press("G");
  expect(await screen.until("f40")).not.toContain("more below");
});

test("lines of text go on to the right, tabs and all", async () => {
  const line = `start\t${"0123456789".repeat(20)}end`;
  const screen = await preview("a.txt", `${line}\nsecond\n`);
  await screen.until("1/2 records");
  expect(screen.lines()[3]).toContain("start 0123456789");
  screen.press(">");
  await screen.until("from character 21");
  expect(screen.lines()[3]?.trim()).toMatch(/^1 {2}4567890123/);
  screen.press("enter");
  expect(await screen.until("Record 1")).toMatch(/9end\s/);
});

test("a zip lists its entries, and each can be previewed", async () => {
  const zip = zipOf([
    { name: "one.csv", content: Buffer.from("a,b\n1,2\n") },
    { name: "two.txt", content: Buffer.from("text\n") },
  ]);
  const screen = await preview("a.zip", zip);
  await screen.until("1/2 entries");
  expect(screen.lines()[2]?.trim()).toMatch(/^Name +Size +Packed$/);
  screen.press("v");
  await screen.until("a zip has no records; Enter opens an entry");
  screen.press("enter");
  expect(await screen.until("1/1 record")).toContain("a.zip › one.csv › Preview");
  screen.press("backspace", "down", "enter");
  expect(await screen.until("two.txt › Preview")).not.toContain("one.csv ›");
  screen.press("backspace", "backspace");
  await screen.until("1/1 file");
});

test("the only entry of a zip opens at once, and Esc goes back to the files", async () => {
  const zip = zipOf([{ name: "one.csv", content: Buffer.from("a,b\n1,2\n") }]);
  const screen = await preview("a.zip", zip);
  expect(await screen.until("1/1 record")).toContain("a.zip › one.csv › Preview");
  screen.press("r");
  await screen.until("1/1 record");
  screen.press("escape");
  await screen.until("1/1 file");
});

test("binary data is a sentence and its first bytes", async () => {
  const screen = await preview("a.dat", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 0x1b, 0x5b]));
  const frame = await screen.until("Binary data has no records to show.");
  expect(frame).toContain("00000000  89 50 4e 47 00 01 1b 5b");
  screen.press("enter");
  await screen.until("Open: binary data has no records.");
});

test.each([
  ["a.csv", "", "This file is empty."],
  ["a.csv", "a,b\n", "This file has a header but no records."],
  ["a.zip", zipOf([]), "This zip has no entries."],
] as const)("%s with nothing in it says so", async (name, body, sentence) => {
  const screen = await preview(name, Buffer.from(body));
  await screen.until(sentence);
  screen.press("escape");
  await screen.until("1/1 file");
});

test("a failure shows its message, and r retries", async () => {
  const screen = await preview("a.csv", undefined);
  const frame = await screen.until("The file could not be previewed.");
  expect(frame.replace(/\s+/g, " ")).toContain('answered 404, "NoSuchKey" (request R1)');
  screen.fake.objects.objects.set(fileId, Buffer.from(csv));
  screen.press("r");
  await screen.until("1/200");
});

test("damage after the first records leaves them standing", async () => {
  const packed = gzipSync(several(20_000, (number) => `${number * 7919}\n`).join(""));
  const screen = await preview("a.txt.gz", packed.subarray(0, packed.length - 100));
  await screen.until("1/200");
  const press = () => screen.press("G");
  while (!readyPreview(screen.fake.state())?.error) {
    press();
    await screen.flushed();
  }
  await screen.until("! r retries. Unpacking a.txt.gz");
  expect(screen.frame()).toMatch(/first [\d,]+ records/);
});

test("Esc while it is being read goes back, and the late answer is dropped", async () => {
  let release: () => void = () => {};
  const screen = await preview("a.csv", csv, {
    prepare: ({ objects }: FakeProgram) => {
      objects.held = new Promise((resolve) => {
        release = resolve;
      });
    },
  });
  await screen.until("Reading the beginning of the file…");
  screen.press("escape");
  await screen.until("1/1 file");
  release();
  await screen.flushed();
  expect(screen.fake.state().previews).toEqual({});
  expect(screen.frame()).toContain("1/1 file");
});

test("p on a file set previews the first file, in the order in which people count", async () => {
  const screen = renderProgram({
    bucket: "bulk-ESG",
    prepare({ fileStore, objects }) {
      const part = (number: number) => someFile(number, { filename: `part${number}.csv` });
      fileStore.fileSetsAnswer = () => [
        someFileSet(2),
        someFileSet(1, { status: "PENDING" }) satisfies FileSet,
      ];
      fileStore.filesAnswer = () => [part(10), part(2), part(11)];
      objects.objects.set("4000-ffff-2", Buffer.from(csv));
    },
  });
  await screen.until("/2 packages");
  screen.press("enter");
  await screen.until("/2 file sets");
  screen.press("p");
  expect(await screen.until("1/200")).toContain("part2.csv › Preview");
  screen.press("backspace", "down", "p");
  await screen.until("Preview: the file set is PENDING: its publisher is still adding files");
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
  const record = `{"Note":"${"n".repeat(5_000)}"}`;
  const screen = await preview("a.jsonl", `${record}\n`);
  await screen.until("1/1 record");
  screen.press("y");
  await screen.until("Copied record 1 (5.0 kB)");
  screen.press("enter", "y");
  await screen.until("Copied Note (5.0 kB)");
  expect(screen.fake.copied).toEqual([record, "n".repeat(5_000)]);
});

test("d and i are about the file", async () => {
  const screen = await preview("a.csv", csv);
  await screen.until("1/200");
  screen.press("i");
  await screen.until("File set id");
  screen.press("escape", "d");
  await screen.until("Downloading 1 file");
  expect(screen.fake.transfers.snapshot().transfers.map(({ file }) => file.name)).toEqual([
    "a.csv",
  ]);
});

test("a hostile file changes nothing but its own cells", async () => {
  const evil = "\u001b[2J\u001b]0;title\u0007\u202e\u009b31m";
  const rows = `${evil}name,b\n${evil}x,"line\nbreak"\n`;
  const screen = await preview(`${"a"}.csv`, rows);
  await screen.until("1/1 record");
  expect(screen.frame()).toContain("line break");
  expect(screen.painted()).not.toMatch(/\u001b\[2J|\u001b\]|\u202e|\u009b|\u0007/);
  screen.press("enter");
  await screen.until("Record 1");
  expect(screen.painted()).not.toMatch(/\u001b\[2J|\u001b\]|\u202e|\u009b|\u0007/);
});

test("whichever way a preview is left, it is read no further", async () => {
  const screen = await preview("a.csv", csv);
  await screen.until("1/200");
  screen.press("2");
  await screen.until("/2 packages");
  expect(screen.fake.state().previews).toEqual({});
});
