import { expect, test } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import type { FileSet, Package } from "../../source/domain/entities.ts";
import { several, someFile, someFileSet, somePackage } from "../support/fakes/listings.ts";
import { HeldPages } from "../support/fakes/service.ts";
import {
  type ProgramScreen,
  renderProgram,
  type ScreenOptions,
} from "../support/terminal/render-program.tsx";

const failure = new AppError({
  kind: "service",
  tried: "Listing file sets",
  answered: 'the service answered 503, "Service Unavailable"',
  requestId: "53a7dae3",
  advice: "Try again in a minute.",
});

async function packages(options: ScreenOptions = {}): Promise<ProgramScreen> {
  const screen = renderProgram({ bucket: "bulk-ESG", ...options });
  await screen.until("Packages");
  return screen;
}

async function fileSets(options: ScreenOptions = {}): Promise<ProgramScreen> {
  const screen = await packages(options);
  screen.press("enter");
  await screen.until("File sets");
  return screen;
}

test.each([
  [120, "Name Kind Date, UTC ↓ Files Status Available"],
  [80, "Name Kind Date, UTC ↓ Files Status Available"],
  [60, "Name Kind Date, UTC ↓ Files Status"],
  [40, "Name Kind Date, UTC ↓"],
])("at %i cells the least important columns are gone", async (columns, titles) => {
  const screen = await fileSets({ columns, rows: 15 });
  await screen.until("1/9");
  expect(screen.lines()[1]?.trim().replace(/ {2,}/g, " ")).toBe(titles);
});

test("the newest first; Init and Delta told apart; sizes and dates to read", async () => {
  const screen = await fileSets({ columns: 120 });
  const frame = await screen.until("1/9 file sets");
  const rows = frame.split("\n").slice(2, 11);
  expect(rows[0]).toMatch(/Delta {3}2023-01-10 16:00 +1 {2}READY +55y left/);
  expect(rows[1]).toMatch(/Init {4}2023-01-09/);
  screen.press("enter");
  const files = await screen.until("1/4 files");
  expect(files).toMatch(/part1\.jsonl\.gz +Init +93 MB {2}2023-11-26 16:18/);
});

test("names are shown without what they share with their package and without what columns show", async () => {
  const owner = somePackage(1, { packageName: "Bulk-ESG-Global-Raw-Full-SchemeB-v1" });
  const names = ["Governance-Csv-Delta", "Governance-Jsonl-Init", "Social-Csv-Init"].map(
    (own) => `${owner.packageName}-${own}-2023-01-10T16:04:11.525Z`,
  );
  const screen = await fileSets({
    rows: 15,
    prepare: ({ fileStore }) => {
      fileStore.packagesAnswer = () => [owner];
      fileStore.fileSetsAnswer = () =>
        names.map((name, index) => someFileSet(index + 1, { name, packageId: owner.packageId }));
    },
  });
  await screen.until("1/3 file sets");
  const rows = () => screen.lines().slice(2, 5);
  const shown = () => rows().map((row) => row.trim().split(/ {2,}/)[0]);
  expect(shown().sort()).toEqual(["Governance · Csv", "Governance · Jsonl", "Social · Csv"]);
  screen.resize(84, 15);
  await screen.until("Available");
  expect(shown().sort()).toEqual(["Governance · Csv", "Governance · Jsonl", "Social · Csv"]);
  // Without the columns of kind and date the names keep both.
  screen.resize(42, 12);
  await screen.until((text) => !text.includes("Date, UTC"));
  expect(shown().sort()).toEqual([
    "Governance · Csv · Delta · 2023-01-10",
    "Governance · Jsonl · Init · 2023-01-10",
    "Social · Csv · Init · 2023-01-10",
  ]);
  screen.resize(200, 12);
  await screen.until(names[0] ?? "");
  expect(shown().sort()).toEqual(names);
  // What stands on the screen can be typed.
  screen.resize(80, 24);
  screen.type("/Social · Csv");
  await screen.until("1/1 of 3 file sets");
});

test("counts grow while the pages come", async () => {
  const pages = new HeldPages<FileSet>();
  const screen = await fileSets({
    prepare: ({ fileStore }) => (fileStore.fileSetsAnswer = () => pages),
  });
  await screen.until("file sets, loading…");
  pages.give(several(100, someFileSet));
  await screen.until("100 file sets, loading…");
  expect(screen.lines().at(-2)).toContain("1/100 file sets");
  pages.give(several(12, (number) => someFileSet(number + 100)));
  pages.end();
  await screen.until((text) => text.includes("1/112 file sets") && !text.includes("loading"));
});

test("a filter is seen with how much it hides, its matches underlined", async () => {
  const screen = await fileSets();
  await screen.until("1/9");
  screen.type("/init");
  const typing = await screen.until("1/2 of 9 file sets");
  expect(typing).toMatch(/ \/init/);
  screen.press("enter");
  await screen.until("filter: init (2 of 9)");
  expect(screen.lines().at(-1)).toContain("Esc end filter");
  screen.resize(40, 10);
  await screen.until("/init 2/9");
  screen.resize(80, 24);
  expect(screen.painted()).toContain("\u001b[4mInit\u001b[24m");
  screen.press("escape");
  await screen.until("1/9 file sets");
});

test("marks are seen, and counted with their size", async () => {
  const screen = await fileSets();
  await screen.until("1/9");
  screen.press("space");
  expect(await screen.until("1 marked, 1 file ")).toMatch(/\n \* /);
  screen.press("enter");
  await screen.until("1/4 files");
  screen.press("a");
  await screen.until("4 marked, 372 MB");
});

test("the field of a filter is whole beside a marked range, and shows how many rows match", async () => {
  const screen = await fileSets({ columns: 60 });
  await screen.until("1/9 file sets");
  screen.press("v", "j", "j", "/");
  await screen.until("Enter keep");
  expect(screen.lines().at(-2)).toMatch(/^ \/ word !excluded ~fuzzy +3 marked {3}3\/9 file sets$/);
});

test("files are counted with their size, without those that a filter hides", async () => {
  const sizes = [93e6, 2e6, undefined];
  const screen = await fileSets({
    prepare: ({ fileStore }) =>
      (fileStore.filesAnswer = () =>
        sizes.map((fileSizeInBytes, index) => someFile(index + 1, { fileSizeInBytes }))),
  });
  await screen.until("1/9");
  screen.press("enter");
  await screen.until("1/3 files, at least 95 MB");
  screen.type("/part2");
  await screen.until("1/1 of 3 files, 2.0 MB");
});

test("PENDING says so, and why when it is opened", async () => {
  const screen = await fileSets({
    prepare: ({ fileStore }) => {
      fileStore.fileSetsAnswer = () => [someFileSet(1, { status: "PENDING" })];
      fileStore.filesAnswer = () => [];
    },
  });
  await screen.until("PENDING");
  screen.press("enter");
  await screen.until("This file set is PENDING: its publisher is still adding files.");
  await screen.until("has not added any file yet");
});

test("packages that one is not entitled to are marked in words", async () => {
  const answer = [somePackage(1), somePackage(2, { isEntitled: false })];
  const screen = await packages({
    columns: 100,
    prepare: ({ fileStore }) => (fileStore.packagesAnswer = () => answer),
  });
  const frame = await screen.until("1/2 packages");
  expect(frame).toMatch(/Content2-v1 +no /);
  screen.press("down", "enter");
  await screen.until("This account is not entitled to");
});

test("while a notice stands, a spinner still says that something is waited for", async () => {
  const pages = new HeldPages<FileSet>();
  const answer = [somePackage(1, { isEntitled: false })];
  const screen = await fileSets({
    prepare: ({ fileStore }) => {
      fileStore.packagesAnswer = () => answer;
      fileStore.fileSetsAnswer = () => pages;
    },
  });
  await screen.until("This account is not entitled to");
  expect(screen.lines().at(-2)?.trimEnd()).toMatch(/ [|/\\-]$/);
  pages.end();
  await screen.until("has no file set at this time");
  expect(screen.lines().at(-2)?.trimEnd()).not.toMatch(/ [|/\\-]$/);
});

test("a failure says what, why and what helps, and stays until r", async () => {
  const screen = await fileSets({
    prepare: ({ fileStore }) => (fileStore.fileSetsAnswer = () => failure),
  });
  const frame = await screen.until("could not be listed");
  expect(frame.replace(/\s+/g, " ")).toContain(
    'Listing file sets: the service answered 503, "Service Unavailable" (request 53a7dae3). Try again in a minute.',
  );
  expect(frame).toContain("r retries");
  screen.resize(40, 10);
  await screen.until(/ r refresh .*$/);
  screen.fake.fileStore.fileSetsAnswer = () => several(9, someFileSet);
  screen.press("r");
  await screen.until("1/9 file sets");
});

test("a list that broke off midway says that it is not whole", async () => {
  const pages = new HeldPages<FileSet>();
  const screen = await fileSets({
    prepare: ({ fileStore }) => (fileStore.fileSetsAnswer = () => pages),
  });
  pages.give([someFileSet(1)]);
  pages.give(failure);
  const frame = await screen.until("This list is incomplete");
  expect(frame).toContain("READY");
});

test.each<[string, (screen: ProgramScreen) => void, string]>([
  ["file sets", ({ fake }) => (fake.fileStore.fileSetsAnswer = () => []), "has no file set"],
  [
    "a filter",
    ({ press, type }) => {
      type("/nothing like it");
      press("enter");
    },
    '"nothing like it" matches none of 2 packages.',
  ],
  ["downloads", ({ press }) => press("t"), "No downloads yet."],
])("an empty screen says why: %s", async (_, prepare, words) => {
  const screen = await packages();
  await screen.until("1/2");
  prepare(screen);
  if (words.includes("file set")) screen.press("enter");
  const frame = await screen.until(words);
  expect(frame).toMatch(/Esc|r refreshes/);
});

test("an empty bucket of packages and an empty file set say so", async () => {
  const screen = await fileSets({
    prepare: ({ fileStore }) => (fileStore.filesAnswer = () => []),
  });
  await screen.until("1/9");
  screen.press("enter");
  await screen.until("This file set has no files.");
  screen.press("escape", "escape");
  await screen.until("1/2 packages");
  screen.fake.fileStore.packagesAnswer = () => [];
  screen.press("r");
  await screen.until("lists no package in bucket bulk-ESG");
});

test("wide characters and hostile lengths keep the columns straight", async () => {
  const names = [
    "日本語".repeat(30),
    "x".repeat(10_000),
    `a${"\u0301".repeat(500)}b`,
    "👩‍👩‍👧‍👦 family",
    "plain",
  ];
  const answer: Package[] = names.map((packageName, index) =>
    somePackage(index + 1, { packageName }),
  );
  const screen = await packages({
    columns: 100,
    prepare: ({ fileStore }) => (fileStore.packagesAnswer = () => answer),
  });
  const frame = await screen.until("1/5 packages");
  const { default: stringWidth } = await import("string-width");
  const starts = frame
    .split("\n")
    .slice(2, 7)
    .map((line) => stringWidth(line.slice(0, line.indexOf("yes"))));
  expect(new Set(starts).size).toBe(1);
});

test("details show everything, long values wrapped", async () => {
  const screen = await fileSets({ columns: 60, rows: 24 });
  await screen.until("1/9");
  screen.press("i");
  const frame = await screen.until("Details");
  expect(frame).toContain("File set id     4000-aaaa-9");
  expect(frame).toContain("Content from    the beginning");
  expect(frame).toContain("ContentType     ESG Content");
  screen.press("escape");
  await screen.until("1/9 file sets");
});

test("details stand beside the rows and follow the cursor; a narrower screen hides them", async () => {
  const screen = await fileSets({ columns: 120, rows: 24 });
  await screen.until("1/9");
  screen.press("i");
  const frame = await screen.until("│ File set id     4000-aaaa-9");
  expect(frame).toContain("│ Content from    the beginning");
  expect(frame).toContain("│ ContentType     ESG Content");
  screen.press("j");
  await screen.until("│ File set id     4000-aaaa-8");
  screen.resize(99, 24);
  await screen.until((now) => now.includes("2/9 file sets") && !now.includes("│"));
  screen.press("i");
  await screen.until("┌─ Details ─");
  screen.press("i");
  screen.resize(100, 10);
  expect(await screen.until("more lines: I")).toContain("│ Bulk-ESG");
  screen.press("I");
  await screen.until("› Details");
  screen.press("I", "i");
  await screen.until((now) => now.includes("2/9 file sets") && !now.includes("│"));
});

test("names that begin alike are cut where they are alike", async () => {
  const screen = await packages({
    columns: 60,
    prepare: ({ fileStore }) => {
      fileStore.filesAnswer = () => several(12, someFile);
    },
  });
  await screen.until("1/2");
  screen.press("enter");
  await screen.until("1/9");
  screen.press("enter");
  const frame = await screen.until("1/12 files");
  for (const number of [1, 2, 10, 12]) expect(frame).toContain(`part${number}.jsonl.gz`);
});

test("times of packages are marked as UTC, as in the other lists", async () => {
  const screen = renderProgram({ bucket: "bulk-ESG" });
  expect(await screen.until("2 packages")).toContain("Modified, UTC");
});

test("in a menu no key of one packet is lost", async () => {
  const screen = await fileSets();
  await screen.until("Date, UTC");
  screen.press("s", "home", "down", "down", "down", "up");
  await screen.until("Sort by");
  await screen.flushed();
  expect(screen.painted()).toMatch(/\u001b\[7m[^\n]*Kind/);
  screen.press("down", "down", "enter");
  await screen.until("Sorted by files");
});
