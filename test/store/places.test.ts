import { expect, test } from "vitest";
import { choicesOf } from "../../source/store/selectors/choices.ts";
import { currentPreview } from "../../source/store/selectors/preview.ts";
import { currentPlace, cursorIn, markedRows } from "../../source/store/selectors/table.ts";
import { several, someFile, someFileSet, somePackage } from "../support/fakes/listings.ts";
import { fakeProgram, goTo, isListedAt } from "../support/fakes/program.ts";

test("back restores row, scroll, filter, sort and marks on every level", async () => {
  const fake = fakeProgram({ viewport: { columns: 80, rows: 12 } });
  fake.fileStore.packagesAnswer = () => several(60, somePackage);
  fake.fileStore.fileSetsAnswer = () => several(200, someFileSet);
  fake.fileStore.filesAnswer = () =>
    several(40, (number) => someFile(number, { filename: `delivery-${number}.csv` }));
  await goTo(fake, "packages");
  const seen: [string, unknown][] = [];
  const look = () => {
    const state = fake.state();
    const place = currentPlace(state);
    return {
      row: fake.current(),
      cursor: cursorIn(state, place),
      names: fake.names(),
      marks: markedRows(state).map(({ id }) => id),
    };
  };
  const rows = Buffer.from("one,two\n".repeat(300));
  for (const { id } of several(40, someFile)) fake.objects.objects.set(id, rows);
  const lookAtPreview = () => currentPreview(fake.state());
  for (const kind of ["packages", "file-sets", "files"]) {
    fake.press("s", "down", "enter", "S", "/");
    fake.type("e");
    fake.press("enter", "pagedown", "pagedown", "k");
    if (kind !== "packages") fake.press("space", "space", "k");
    seen.push([kind, look()]);
    fake.press(kind === "files" ? "p" : "enter");
    if (kind === "packages") await fake.until(isListedAt("file-sets"));
    if (kind === "file-sets") await fake.until(isListedAt("files"));
  }
  await fake.until((state) => currentPreview(state)?.phase === "ready");
  fake.press("pagedown", "j", ">");
  const inPreview = lookAtPreview();
  fake.press("enter", ">", "j", "escape", "k");
  fake.press("t", "t");
  expect(lookAtPreview()).toEqual(inPreview);
  fake.press("escape");
  expect(look()).toEqual(seen[2]?.[1]);
  fake.press("t", "t");
  expect(look()).toEqual(seen[2]?.[1]);
  fake.press("escape", "escape");
  expect(look()).toEqual(seen[1]?.[1]);
  fake.press("escape", "escape");
  expect(look()).toEqual(seen[0]?.[1]);
});

test("the filter narrows while it is typed, Enter keeps it, Esc ends it before it leaves", async () => {
  const fake = fakeProgram();
  await goTo(fake, "file-sets");
  fake.press("/");
  fake.type("init");
  expect(fake.names()).toHaveLength(2);
  fake.press("down");
  expect(fake.current()).toContain("2023-01-05");
  fake.press("enter", "escape");
  expect(fake.names()).toHaveLength(9);
  expect(currentPlace(fake.state()).kind).toBe("file-sets");
  expect(fake.current()).toContain("2023-01-05");
  fake.press("escape");
  expect(currentPlace(fake.state()).kind).toBe("packages");
});

test("a filter that Esc ended is one key away", async () => {
  const fake = fakeProgram();
  await goTo(fake, "file-sets");
  fake.press("/");
  fake.type("init");
  fake.press("escape");
  expect(fake.names()).toHaveLength(9);
  fake.press("/");
  expect(fake.names()).toHaveLength(2);
  fake.type("delta");
  expect(fake.names()).toHaveLength(7);
});

test("s opens the columns, S turns the order round", async () => {
  const fake = fakeProgram();
  fake.fileStore.filesAnswer = () => [
    someFile(1, { filename: "part10", fileSizeInBytes: 5 }),
    someFile(2, { filename: "part2", fileSizeInBytes: 50 }),
    someFile(3, { filename: "part1", fileSizeInBytes: undefined }),
  ];
  await goTo(fake, "files");
  expect(fake.names()).toEqual(["part1", "part2", "part10"]);
  fake.press("s");
  expect(choicesOf(fake.state()).map(({ title }) => title)).toContain("Size");
  fake.press("j", "j", "enter");
  expect(fake.names()).toEqual(["part2", "part10", "part1"]);
  fake.press("S");
  expect(fake.names()).toEqual(["part10", "part2", "part1"]);
  fake.press("escape", "enter");
  expect(fake.names()).toEqual(["part10", "part2", "part1"]);
});

test("a mark is set and taken away, all that is shown is marked, u unmarks", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  const marked = () => markedRows(fake.state()).length;
  fake.press("space", "space");
  expect(marked()).toBe(2);
  fake.press("up", "space");
  expect(marked()).toBe(1);
  fake.press("/");
  fake.type("part4");
  fake.press("enter", "a");
  expect(marked()).toBe(2);
  fake.press("escape", "a");
  expect(marked()).toBe(4);
  fake.press("u");
  expect(marked()).toBe(0);
});

test("y copies the id and says it", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  fake.press("y");
  expect(fake.copied).toEqual([someFile(1).id]);
  expect(fake.state().notice?.text).toBe(`Copied ${someFile(1).id}`);
  fake.press("j");
  expect(fake.state().notice).toBeUndefined();
});

test("a burst of keys loses none", async () => {
  const fake = fakeProgram();
  fake.fileStore.packagesAnswer = () => several(60, somePackage);
  await goTo(fake, "packages");
  fake.press(..."jjjjjjjjjj");
  expect(cursorIn(fake.state(), currentPlace(fake.state())).index).toBe(10);
});
