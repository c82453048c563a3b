import { expect, test } from "vitest";
import { several, someFileSet } from "../support/fakes/listings.ts";
import { goTo } from "../support/fakes/program.ts";
import { type ProgramScreen, renderProgram } from "../support/terminal/render-program.tsx";

const sizes = [
  [60, 15],
  [80, 24],
  [120, 30],
  [200, 50],
] as const;

async function fileSetsAt(columns: number, rows: number): Promise<ProgramScreen> {
  const screen = renderProgram({ columns, rows });
  screen.fake.fileStore.fileSetsAnswer = () => several(60, someFileSet);
  await goTo(screen.fake, "file-sets");
  await screen.until("1/60 file sets");
  return screen;
}

/** The rows of the list, without the titles above them. */
const rowsOf = ({ lines }: ProgramScreen) => lines().slice(2, -2);

test.each(sizes)(
  "the row under the cursor is inverse over the whole list at %ix%i",
  async (columns, rows) => {
    const screen = await fileSetsAt(columns, rows);
    const painted = screen.painted().split("\n")[2] ?? "";
    const inverse = /^\u001b\[7m(.*?)\u001b\[27m/.exec(painted)?.[1] ?? "";
    const shown = inverse.replace(/\u001b\[[0-9;]*m/g, "");
    const list = screen.lines()[2]?.indexOf("│") ?? -1;
    expect(shown).toHaveLength(list < 0 ? columns : list);
  },
);

test.each(sizes)(
  "a list of choices covers the rows if there is room, at %ix%i",
  async (columns, rows) => {
    const screen = await fileSetsAt(columns, rows);
    const before = rowsOf(screen);
    screen.press("s");
    await screen.until("Sort by");
    const isBox = columns > 60;
    expect(screen.frame().includes("┌─ Sort by ─")).toBe(isBox);
    expect(screen.lines()[0]).toContain(isBox ? "File sets" : "Sort by");
    expect(rowsOf(screen).at(-1) === before.at(-1)).toBe(isBox);
    screen.press("escape");
    await screen.until((frame) => !frame.includes("Sort by"));
    expect(rowsOf(screen)).toEqual(before);
  },
);

test("under a box the row with the cursor is bold, and only the box has an inverse row", async () => {
  const screen = await fileSetsAt(120, 30);
  screen.press("Y");
  await screen.until("┌─ Copy ─");
  const painted = screen.painted().split("\n");
  expect(painted.filter((line) => line.includes("\u001b[7m"))).toHaveLength(1);
  expect(painted[2]).toContain("\u001b[1m");
});

test("from 160 columns details are beside the rows until i hides them", async () => {
  const screen = await fileSetsAt(160, 24);
  await screen.until("│ File set id");
  screen.press("i");
  await screen.until((frame) => !frame.includes("│ File set id"));
  screen.press("i");
  await screen.until("│ File set id");
  screen.resize(120, 24);
  await screen.until("│ File set id");
});

test("at 200 columns names are whole beside the details, and without them there are more columns", async () => {
  const screen = await fileSetsAt(200, 50);
  const newest = someFileSet(60).name;
  expect(rowsOf(screen)[0]).toContain(newest);
  screen.press("i");
  await screen.until("Created, UTC");
  expect(rowsOf(screen)[0]).toContain(newest);
});
