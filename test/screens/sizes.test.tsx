import fc from "fast-check";
import stringWidth from "string-width";
import { expect, test } from "vitest";
import { several, someFile, someFileSet, somePackage } from "../support/fakes/listings.ts";
import { type ProgramScreen, renderProgram } from "../support/terminal/render-program.tsx";

const escapeCodes = /\u001b\[[0-9;]*m/g;

/** Rows of wide characters, wider than any screen. */
const wideRows = several(
  500,
  (number) => `${JSON.stringify({ number, 名前: "長い".repeat(number), more: "x".repeat(300) })}\n`,
).join("");

async function filled(): Promise<ProgramScreen> {
  const screen = renderProgram({
    columns: 100,
    prepare: ({ fileStore, objects }) => {
      objects.objects.set("4000-ffff-1", Buffer.from(wideRows));
      fileStore.packagesAnswer = () =>
        several(40, (number) =>
          somePackage(number, { packageName: `日本語-${"長い".repeat(number)}` }),
        );
      fileStore.fileSetsAnswer = () =>
        several(40, (number) => someFileSet(number, number % 3 === 0 ? { status: "PENDING" } : {}));
      fileStore.filesAnswer = () => several(115, someFile);
    },
  });
  await screen.until("Known buckets");
  return screen;
}

/** Every screen, each by the keys that lead to it from the one before, with what it shows then. */
const ways: [name: string, keys: string[], seen: string][] = [
  ["the buckets", [], "Known buckets"],
  ["help over them", ["?"], "Help"],
  ["packages", ["escape", ..."bulk-esg", "enter"], "/40 packages"],
  ["file sets", ["enter"], "/40 file sets"],
  ["details beside the rows", ["i"], "│ File set id"],
  ["details", ["i", "I"], "   File set id"],
  ["file sets again", ["escape"], "Enter open"],
  ["files", ["end", "up", "enter"], "/115 files"],
  ["a preview", ["p"], "1/200 records so far"],
  ["its last column", [">", ">", ">"], "last column"],
  ["a record as a tree", ["enter"], "Record 1"],
  ["a search", ["/", "長"], "/長"],
  ["files again", ["enter", "backspace", "backspace"], "/115 files"],
  ["a filter", ["/", "p"], "/p"],
  ["marks", ["enter", "a"], "115 marked"],
  ["a question about much", ["d"], "Download 115 files"],
  ["a notice", ["enter"], "Downloading 115 files"],
  ["downloads", ["t"], "New downloads go into"],
  ["the rate limit", ["L"], "Type a rate"],
  ["a rate", ["G", "enter"], "Rate limit until"],
  ["the columns", ["escape", "s"], "As queued"],
  ["what can be copied", ["escape", "Y"], "Address"],
  ["the warning before an address", ["G", "enter"], "The address is a secret"],
  ["the settings", ["escape", ","], "Notifications"],
  ["what was told", ["escape", "e"], "Messages"],
  ["commands", ["escape", ":"], "Commands"],
  ["the folder", ["escape", "o"], "Download folder until"],
  ["quitting", ["escape", "q"], "Quit?"],
];

function look(screen: ProgramScreen, columns: number, rows: number): void {
  const lines = screen.painted().replace(escapeCodes, "").split("\n");
  expect(lines.length).toBeLessThanOrEqual(rows);
  for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
}

test("no screen is ever wider or taller than the terminal", async () => {
  const screen = await filled();
  const size = fc.record({
    columns: fc.integer({ min: 1, max: 200 }),
    rows: fc.integer({ min: 1, max: 60 }),
  });
  for (const [, keys, seen] of ways) {
    screen.fake.program.actions.resize({ columns: 100, rows: 24 });
    screen.press(...keys);
    await screen.until(seen);
    const before = screen.fake.state();
    for (const { columns, rows } of fc.sample(size, 12)) {
      screen.resize(columns, rows);
      await screen.flushed();
      look(screen, columns, rows);
    }
    screen.resize(100, 24);
    await screen.flushed();
    screen.fake.program.store.setState(before);
    await screen.until(seen);
  }
});

test("below 40x10 a sentence stands there, and the keys live on", async () => {
  const screen = await filled();
  screen.resize(39, 24);
  await screen.until("cfs needs 40x10 cells; ^C quits.");
  screen.resize(60, 9);
  await screen.until("cfs needs 40x10");
  screen.resize(60, 10);
  await screen.until("Known buckets");
});

test.each([
  [30, 8, ["cfs needs 40x10 cells; ^C", "quits."]],
  [20, 6, ["cfs needs 40x10", "cells; ^C quits."]],
  [12, 2, ["cfs needs", "40x10 cells…"]],
  [8, 1, ["cfs nee…"]],
])("at %ix%i the sentence takes the lines that there are", async (columns, rows, lines) => {
  const screen = await filled();
  screen.resize(columns, rows);
  await screen.until("cfs ne");
  expect(screen.lines()).toEqual(lines);
});

test("at every size that is served the cursor's row is on the screen", async () => {
  const screen = await filled();
  screen.type("bulk-esg\r");
  await screen.until("/40 packages");
  screen.press("G");
  for (const [columns, rows] of [
    [120, 40],
    [40, 10],
    [80, 24],
    [60, 15],
  ] as const) {
    screen.resize(columns, rows);
    await screen.flushed();
    await screen.until("40/40");
    expect(screen.painted()).toMatch(/\u001b\[7m/);
  }
});

test("the description of a setting is shown whole, at 60x15 too", async () => {
  const screen = await filled();
  screen.press(..."bulk-esg", "enter");
  await screen.until("/40 packages");
  screen.press(",");
  await screen.until("Notifications");
  screen.resize(60, 15);
  screen.press(...Array<string>(6).fill("down"));
  const whole =
    "How y copies: through the terminal (osc52, over ssh too), with a local program (native)";
  const frame = await screen.until((text) => text.replace(/\s+/g, " ").includes(whole));
  expect(frame).toMatch(/Clipboard: auto .*…/);
  expect(frame).toContain("4 more below");
  screen.press("end");
  await screen.until((text) => !text.includes("more below"));
});
