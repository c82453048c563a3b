import { expect, test } from "vitest";
import { several } from "../support/fakes/listings.ts";
import type { ProgramScreen } from "../support/terminal/render-program.tsx";
import { preview as openPreview } from "./preview-fixture.ts";

const csv = `Ric,Name,Price,Note\n${several(
  900,
  (number) => `R${number}.L,Alder ${number},${number / 4},${"n".repeat(60)}`,
).join("\n")}\n`;

/** The preview of one file of that name and content, with its first records. */
async function preview(...words: Parameters<typeof openPreview>): Promise<ProgramScreen> {
  const screen = await openPreview(...words);
  await screen.until(/\d records?/);
  return screen;
}

/** The underlined parts of the records. */
function underlined(screen: ProgramScreen): (string | undefined)[] {
  const records = screen.painted().split("\n").slice(1, -2).join("\n");
  return [...records.matchAll(/\u001b\[4m([^\u001b]*)\u001b\[24m/g)].map(([, text]) => text);
}

test("/ goes to the first match while it is typed, and underlines every match", async () => {
  const screen = await preview("a.csv", csv);
  screen.press("/", ..."alder 19");
  await screen.until("19/200 records");
  expect(screen.lines()[0]).toMatch(/search: alder 19 \(1 of 11\+\)|\/alder 19 1\/11\+/);
  expect(underlined(screen)).toContain("Alder 19");
  screen.press("0");
  await screen.until("190/200 records");
  screen.press("backspace", "backspace", "backspace", "5");
  await screen.until(" 5/400 records");
  screen.press("escape");
  await screen.until(" 1/400 records");
  expect(underlined(screen)).toEqual([]);
});

test("the empty field says what a search finds", async () => {
  const screen = await preview("a.csv", csv, { columns: 160 });
  screen.press("/");
  await screen.until("/ whole text matches; a capital letter makes it case-sensitive");
  screen.resize(80, 12);
  await screen.until("/ whole text; capitals matter");
});

test("n and N go to the matches after and before, and wrap at the ends", async () => {
  const screen = await preview("a.csv", csv.split("\n").slice(0, 150).join("\n"));
  screen.press("/", ..."R1", "4", "enter", "n");
  await screen.until("140/149 records");
  screen.press("n");
  await screen.until("141/149 records");
  screen.press("N", "N");
  await screen.until("14/149 records");
  screen.press("N");
  await screen.until("149/149 records");
  expect(screen.frame()).toContain("Search wrapped to the last match.");
  screen.press("n");
  await screen.until("Search wrapped to the first match.");
  screen.press("escape");
  await screen.until((frame) => !frame.includes("search: R14"));
  screen.press("n");
  await screen.until("Next match: nothing to search for; / starts a search.");
  screen.press("escape");
  await screen.until("1/1 file");
});

test("a kept search reads further records until one matches, or all are read", async () => {
  const screen = await preview("a.csv", csv);
  screen.press("/", ..."R850.L");
  await screen.until("no match");
  screen.press("enter");
  await screen.until("850/");
  expect(underlined(screen)).toContain("R850.L");
  screen.press("/", ..."nowhere", "enter");
  await screen.until('No match for "nowhere" in 900 records.');
});

test("Esc stops a search that reads on, and the cursor stays", async () => {
  let release: () => void = () => {};
  const rows = several(30_000, (number) => `${number * 7919} ${"x".repeat(40)}\n`).join("");
  const screen = await preview("a.txt", rows);
  screen.fake.objects.held = new Promise((resolve) => {
    release = resolve;
  });
  screen.press("/", ..."nowhere", "enter");
  await screen.until('Searching for "nowhere"…');
  screen.press("escape");
  await screen.until((frame) => !frame.includes("Searching"));
  release();
  await screen.flushed();
  expect(screen.frame()).toMatch(/ 1\/[\d,]+ records/);
});

test("a match in a column out of view scrolls to it, and in a long line too", async () => {
  const wide = await preview("a.csv", csv, { columns: 40 });
  wide.press("/", ..."nnn");
  await wide.until(/\n +Note *\n/);
  expect(underlined(wide).join(" ")).toMatch(/n{30}/);
  wide.press("escape");
  const lines = await preview("a.txt", `first\n${"x".repeat(300)}needle${"x".repeat(300)}\n`);
  lines.press("/", ..."needle");
  await lines.until("from character 261");
  expect(underlined(lines)).toEqual(["needle"]);
});

test("in an open record the search goes from field to field, then to the next record", async () => {
  const rows = several(
    3,
    (number) =>
      `${JSON.stringify({ Id: number, Details: { Name: `Alder ${number}`, Town: "Alderney" } })}\n`,
  );
  const screen = await preview("a.jsonl", rows.join(""));
  screen.press("enter", "z", "/", ..."alder");
  await screen.until('Name   "Alder 1"');
  expect(underlined(screen)).toEqual(["Alder", "Alder"]);
  screen.press("enter", "n", "n");
  await screen.until('Name   "Alder 2"');
  screen.press("N");
  await screen.until("Record 1");
  expect(screen.lines()[0]).toMatch(/alder \(2 of 2 here\)/);
  screen.press("y");
  await screen.until("Copied Alderney");
  screen.press("v", "v", "y");
  await screen.until("Copied Alder 1");
  screen.press("escape");
  await screen.until((frame) => !frame.includes("search: alder"));
  screen.press("z", "/", ..."det", "enter");
  expect(await screen.until("search: det (1 of 1 here)")).toContain("+ Details  {");
});
