import { setTimeout as wait } from "node:timers/promises";
import fc from "fast-check";
import { expect, vi } from "vitest";
import { truncateEnd, wrapCells } from "../../source/text/cells.ts";
import { keys, type TerminalRun } from "../support/terminal/run-in-terminal.ts";
import { test as base } from "../support/terminal/test.ts";
import { waitUntil } from "../support/wait-until.ts";

const test = base.extend("variables", {});

const it = test.extend("run", async ({ open }) => {
  const run = open({ words: ["--demo"], columns: 100, rows: 30 });
  await run.shows("Known buckets");
  run.press(`bulk-esg${keys.enter}`);
  await run.shows(/1\/\d+ packages/);
  return run;
});

const isWhole = (columns: number, rows: number) => columns >= 40 && rows >= 10;

/**
 * True for a frame of just this size with the cursor on the first row: its counts end one cell before the
 * edge, its sentence at it.
 */
function isOfSize(screen: readonly string[], columns: number, rows: number): boolean {
  if (!isWhole(columns, rows)) {
    const sentence = "cfs needs 40x10 cells; ^C quits.";
    const lines = wrapCells(sentence, columns);
    const last = truncateEnd(lines.slice(rows - 1).join(" "), columns);
    const wanted = [...lines.slice(0, rows - 1), last];
    return screen.every((row, index) => row === (wanted[index] ?? "").trimEnd());
  }
  const counts = screen[rows - 2] ?? "";
  return (
    /^ cfs {2}\S/.test(screen[0] ?? "") &&
    / 1\/\d+ packages$/.test(counts) &&
    counts.length === columns - 1
  );
}

/** From 160 columns on details stand beside the rows; they follow once the cursor has rested. */
function hasFollowed(screen: readonly string[], columns: number, rows: number): boolean {
  if (columns < 160 || !isWhole(columns, rows)) return true;
  return screen.some((row) => /│ Name +.*Europe-Scores/.test(row));
}

/** Resolves with the screen when it is of this size, and stays so; what it is in the end where it never is. */
async function settled(run: TerminalRun, columns: number, rows: number): Promise<string[]> {
  let before = -1;
  const isSettled = () => {
    const { length } = run.written();
    const isQuiet = length === before;
    before = length;
    const screen = run.screen();
    return isQuiet && isOfSize(screen, columns, rows) && hasFollowed(screen, columns, rows);
  };
  await vi.waitUntil(isSettled, { timeout: 100_000, interval: 25 }).catch(() => undefined);
  return run.screen();
}

/** The screen after the program has redrawn it. */
async function redrawn(run: TerminalRun, columns: number, rows: number): Promise<string[]> {
  const before = run.written().length;
  run.signal("SIGCONT");
  await waitUntil(() => run.written().slice(before).includes("\u001b[H\u001b[J"));
  return settled(run, columns, rows);
}

const sizes = fc.tuple(fc.integer({ min: 1, max: 250 }), fc.integer({ min: 1, max: 80 }));
it("300 random sizes in quick succession leave the screen that a redraw gives", async ({ run }) => {
  const storms = fc.sample(fc.array(sizes, { minLength: 15, maxLength: 15 }), 20);
  for (const [number, storm] of storms.entries()) {
    for (const [index, [columns, rows]] of storm.entries()) {
      run.resize(columns, rows);
      run.press(index % 3 === 0 ? "j" : "k");
      if (index % 5 === 4) await wait(1);
    }
    // Its place tells that all keys before it were heard.
    run.press("g");
    // Away and back again: terminals tell of no change, and yet have cut what they showed.
    const [columns, rows] = storm.at(-1) ?? [1, 1];
    run.resize(Math.max(1, columns - 20), Math.max(1, rows - 5));
    run.resize(columns, rows);
    const seen = await settled(run, columns, rows);
    expect(isOfSize(seen, columns, rows), `${number}: ${seen.join("\n")}`).toBe(true);
    expect(seen, `${number}: ${columns}x${rows}`).toEqual(await redrawn(run, columns, rows));
  }
  expect(run.written()).not.toContain("\u001b[3J");
});

it("below the smallest size a sentence is shown, and keys still act", async ({ run }) => {
  run.resize(32, 5);
  await run.shows("cfs needs 40x10 cells");
  run.press("t");
  run.resize(80, 24);
  await run.shows("Downloads");
  run.resize(12, 2);
  await run.shows("cfs needs");
  run.press(keys.ctrlC);
  expect(await run.ended).toBe(0);
});
