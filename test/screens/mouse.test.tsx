import { expect, test } from "vitest";
import { dispatchMouse } from "../../source/keys/mouse.ts";
import { several, someFile } from "../support/fakes/listings.ts";
import { goTo } from "../support/fakes/program.ts";
import { type ProgramScreen, renderProgram } from "../support/terminal/render-program.tsx";

/** Clicks the line that has that text. */
function click({ fake, lines }: ProgramScreen, text: string): void {
  const row = lines().findIndex((line) => line.includes(text));
  const column = lines()[row]?.indexOf(text) ?? 0;
  dispatchMouse(fake.program, { kind: "click", row, column });
}

test.each([
  [140, 24],
  [80, 24],
  [60, 15],
  [40, 10],
])(
  "a click chooses its own answer to the question of the address at %ix%i",
  async (columns, rows) => {
    const screen = renderProgram({ columns, rows });
    await goTo(screen.fake, "files");
    screen.fake.press("Y", "G", "enter");
    await screen.until("Do not copy it");
    for (const [text, cursorId] of [
      ["Copy the addr", "yes"],
      ["Do not copy", "no"],
    ] as const) {
      click(screen, text);
      expect(screen.fake.state().overlay).toMatchObject({ list: { cursorId } });
    }
  },
);

test.each([
  [140, 24],
  [60, 15],
  [40, 10],
])("a click chooses the answer under it if a name is taken, at %ix%i", async (columns, rows) => {
  const screen = renderProgram({ columns, rows });
  screen.fake.fileStore.filesAnswer = () =>
    several(2, (number) => someFile(number, { filename: `part${number}` }));
  screen.fake.onDisk.set("part1", 7).set("part2", 8);
  await goTo(screen.fake, "files");
  screen.fake.press("a", "d");
  await screen.until("Keep both");
  click(screen, "Replace ");
  expect(screen.fake.state().overlay).toMatchObject({ list: { cursorId: "replace" } });
  click(screen, "Skip ");
  expect(screen.fake.state().overlay).toMatchObject({ list: { cursorId: "skip" } });
});
