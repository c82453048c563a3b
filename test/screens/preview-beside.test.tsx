import { expect, test } from "vitest";
import { several, someFile, someFileSet } from "../support/fakes/listings.ts";
import { goTo } from "../support/fakes/program.ts";
import { type ProgramScreen, renderProgram } from "../support/terminal/render-program.tsx";
import { waitUntil } from "../support/wait-until.ts";

async function filesAt(columns: number, contents: readonly string[]): Promise<ProgramScreen> {
  const screen = renderProgram({ columns, rows: 20 });
  const files = several(contents.length, (number) =>
    someFile(number, { filename: `part${number}.csv` }),
  );
  screen.fake.fileStore.filesAnswer = () => files;
  for (const [index, { id }] of files.entries()) {
    const content = contents[index];
    if (content) screen.fake.objects.objects.set(id, Buffer.from(content));
  }
  await goTo(screen.fake, "files");
  screen.press("P");
  return screen;
}

const pane = ({ lines }: ProgramScreen) =>
  lines().flatMap((line) =>
    line.includes("│") ? [line.slice(line.indexOf("│") + 2).trimEnd()] : [],
  );

test.each([120, 200])(
  "P shows the first records of the row beside it at %i columns",
  async (columns) => {
    const screen = await filesAt(columns, ["name,score\nAlder,10\nElm,7\n", "city\nOslo\n"]);
    await screen.until("Alder");
    const [name, summary, ...table] = pane(screen);
    expect(name).toBe("part1.csv");
    expect(summary).toMatch(/^CSV · .+ · all 2 records, 26 B read$/);
    expect(table.slice(0, 4).map((line) => line.split(/ +/).join(" "))).toEqual([
      " name score",
      " 1 Alder 10",
      " 2 Elm 7",
      "",
    ]);
    screen.press("j");
    await screen.until("Oslo");
    expect(screen.frame()).not.toContain("Alder");
  },
);

test("the name over the preview of the row before is faint", async () => {
  const screen = await filesAt(160, ["a\n1\n", "b\n2\n"]);
  const painted = () =>
    screen
      .painted()
      .split("\n")
      .find((line) => line.includes("│")) ?? "";
  await screen.until("│ part1.csv");
  expect(painted()).toContain("\u001b[1mpart1.csv");
  screen.fake.objects.held = new Promise(() => {});
  screen.press("j");
  await waitUntil(() => painted().includes("\u001b[2m│ part1.csv"));
});

test("a file that cannot be previewed says why, and the next row is previewed", async () => {
  const screen = await filesAt(160, ["", "b\n2\n"]);
  await screen.until("could not be previewed");
  expect(pane(screen).join(" ")).toContain("NoSuchKey");
  screen.press("j");
  await screen.until("│ part2.csv");
});

test("a PENDING file set says so in place of a preview", async () => {
  const screen = renderProgram({ columns: 160, rows: 20 });
  screen.fake.fileStore.fileSetsAnswer = () => [someFileSet(1, { status: "PENDING" })];
  await goTo(screen.fake, "file-sets");
  screen.press("P");
  await screen.until("│ PENDING: its publisher is still adding files.");
});

test("without room beside the rows, P names the key that previews", async () => {
  const screen = await filesAt(80, ["a\n1\n"]);
  await screen.until("p opens the preview.");
});
