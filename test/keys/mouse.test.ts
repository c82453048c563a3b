import { expect, test } from "vitest";
import { dispatchMouse, mouseEvent } from "../../source/keys/mouse.ts";
import { currentPlace, cursorIn } from "../../source/store/selectors/table.ts";
import { several, someFileSet } from "../support/fakes/listings.ts";
import { fakeProgram, goTo } from "../support/fakes/program.ts";

test.each([
  ["\u001b[<64;10;5M", { kind: "wheel", way: "up" }],
  ["\u001b[<65;10;5M", { kind: "wheel", way: "down" }],
  ["\u001b[<0;10;5M", { kind: "click", row: 4, column: 9 }],
  ["\u001b[<0;10;5m", undefined],
  ["\u001b[<35;10;5M", undefined],
  ["\u001b[<", undefined],
  ["j", undefined],
])("%j is %j", (input, event) => {
  expect(mouseEvent(input)).toEqual(event);
});

test("the wheel moves, a click goes to its row, and opens the row that has the cursor", async () => {
  const fake = fakeProgram();
  fake.fileStore.fileSetsAnswer = () => several(60, someFileSet);
  await goTo(fake, "file-sets");
  const cursor = () => cursorIn(fake.state(), currentPlace(fake.state()));
  dispatchMouse(fake.program, { kind: "wheel", way: "down" });
  expect(cursor()).toEqual({ index: 3, top: 3 });
  dispatchMouse(fake.program, { kind: "wheel", way: "up" });
  expect(cursor()).toEqual({ index: 3, top: 0 });
  dispatchMouse(fake.program, { kind: "click", row: 7, column: 9 });
  expect(cursor()).toEqual({ index: 5, top: 0 });
  fake.press("G");
  const { top } = cursor();
  dispatchMouse(fake.program, { kind: "click", row: 2, column: 9 });
  expect(cursor()).toEqual({ index: top, top });
  dispatchMouse(fake.program, { kind: "click", row: 22, column: 9 });
  expect(cursor().index).toBe(top);
  dispatchMouse(fake.program, { kind: "click", row: 2, column: 9 });
  expect(currentPlace(fake.state()).kind).toBe("files");
});

test("where all rows fit, the wheel moves the cursor, in lists of choices too", async () => {
  const fake = fakeProgram();
  fake.fileStore.fileSetsAnswer = () => several(4, someFileSet);
  await goTo(fake, "file-sets");
  const cursor = () => cursorIn(fake.state(), currentPlace(fake.state()));
  const turn = (way: "up" | "down") => dispatchMouse(fake.program, { kind: "wheel", way });
  turn("down");
  turn("down");
  expect(cursor()).toEqual({ index: 2, top: 0 });
  turn("up");
  expect(cursor()).toEqual({ index: 1, top: 0 });
  for (let notch = 0; notch < 9; notch++) turn("down");
  expect(cursor()).toEqual({ index: 3, top: 0 });
  fake.press("Y");
  const { overlay } = fake.state();
  turn("down");
  expect(fake.state().overlay).not.toEqual(overlay);
});

test("a click chooses a line of the settings, and does nothing beside them", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  fake.press(",");
  dispatchMouse(fake.program, { kind: "click", row: 7, column: 9 });
  expect(fake.state().overlay).toMatchObject({ list: { cursorId: "theme" } });
  dispatchMouse(fake.program, { kind: "click", row: 1, column: 9 });
  expect(fake.state().overlay).toMatchObject({ list: { cursorId: "theme" } });
});

test("a click opens a bucket of the menu, and runs a command of the palette", async () => {
  const fake = fakeProgram();
  await goTo(fake, "bucket");
  const click = (row: number, column = 9) =>
    dispatchMouse(fake.program, { kind: "click", row, column });
  click(5);
  expect(fake.state().bucket).toMatchObject({ focus: "menu", highlighted: "bulk-ESG" });
  click(5);
  await fake.until(({ places }) => places.length > 1);
  fake.press(":");
  click(6, 1);
  expect(fake.state().overlay).toMatchObject({ kind: "palette", list: { index: 0 } });
  click(6);
  expect(fake.state().overlay).toMatchObject({ list: { index: 1 } });
  click(6);
  expect(currentPlace(fake.state()).kind).toBe("bucket");
});
