import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import type { FileSet } from "../../source/domain/entities.ts";
import { readyPreview } from "../../source/store/selectors/preview.ts";
import { zipOf } from "../preview/preview-fixture.ts";
import { several, someFile, someFileSet } from "../support/fakes/listings.ts";
import type { FakeProgram } from "../support/fakes/program.ts";
import { renderProgram } from "../support/terminal/render-program.tsx";
import { fileId, preview, trimmed } from "./preview-fixture.ts";

const csv = `Ric,Name,Price,Note\n${several(
  500,
  (number) => `R${number}.L,"Alder, ""Foods"" ${number}",${number / 4},${"n".repeat(60)}`,
).join("\n")}\n`;

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

test("names of columns that begin alike are cut where they are alike", async () => {
  const names = ["Year", "EndDate"].map((end) => `StatementDetails.FinancialPeriodFiscal${end}`);
  const screen = await preview("a.csv", `${names.join(",")}\n1,2\n`, { columns: 60 });
  await screen.until("1/1 record");
  expect(screen.lines()[2]).toMatch(/PeriodFiscalYear +Stat…lEndDate/);
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
  screen.resize(60, 15);
  await screen.until(/ r refresh .*$/);
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
