import { expect, test } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import { markedRows } from "../../source/store/selectors/table.ts";
import { several, someFile, someFileSet } from "../support/fakes/listings.ts";
import { type FakeProgram, fakeProgram, goTo, queued } from "../support/fakes/program.ts";

async function atFiles(): Promise<FakeProgram> {
  const fake = fakeProgram();
  fake.fileStore.filesAnswer = () =>
    several(10, (number) => someFile(number, { filename: `part${number}` }));
  await goTo(fake, "files");
  return fake;
}

const marked = (fake: FakeProgram) => markedRows(fake.state()).map(({ name }) => name);

test("v begins a range that follows the cursor, and v again marks it", async () => {
  const fake = await atFiles();
  fake.press("j", "v", "j", "j");
  expect(marked(fake)).toEqual(["part2", "part3", "part4"]);
  fake.press("k");
  expect(marked(fake)).toEqual(["part2", "part3"]);
  fake.press("v", "G");
  expect(marked(fake)).toEqual(["part2", "part3"]);
});

test("Esc leaves a range without marks, and stays at the place", async () => {
  const fake = await atFiles();
  fake.press("v", "j", "escape");
  expect(marked(fake)).toEqual([]);
  expect(fake.current()).toBe("part2");
});

test("* inverts what is shown, A takes all away, and A again gives it back", async () => {
  const fake = await atFiles();
  fake.press("space", "space", "*");
  expect(marked(fake)).toHaveLength(8);
  fake.press("A");
  expect(marked(fake)).toEqual([]);
  fake.press("A");
  expect(marked(fake)).toHaveLength(8);
});

test("marks survive a filter, leaving and coming back", async () => {
  const fake = await atFiles();
  fake.press("space", "/");
  fake.type("part1");
  fake.press("enter", "escape", "escape", "enter");
  expect(marked(fake)).toEqual(["part1"]);
});

test("a range is downloaded as far as the cursor", async () => {
  const fake = await atFiles();
  fake.press("v", "j", "j", "d");
  await queued(fake);
  expect(fake.transfers.snapshot().transfers).toHaveLength(3);
  expect(marked(fake)).toEqual([]);
});

test("A gives back the marks that a download took away", async () => {
  const fake = await atFiles();
  fake.press("space", "space", "d");
  await queued(fake);
  expect(marked(fake)).toEqual([]);
  fake.press("A");
  expect(marked(fake)).toEqual(["part1", "part2"]);
});

const busy = new AppError({ kind: "service", tried: "Listing", answered: "503" });

test.each<[string, (fake: FakeProgram) => void]>([
  ["the service fails", ({ fileStore }) => (fileStore.filesAnswer = () => busy)],
  ["there are no files", ({ fileStore }) => (fileStore.filesAnswer = () => [])],
  ["it is stopped", ({ press }) => queueMicrotask(() => press("escape"))],
])("marks are back where %s, beside those of the meantime", async (_, prepare) => {
  const fake = fakeProgram();
  fake.fileStore.fileSetsAnswer = () => several(4, (number) => someFileSet(number, {}));
  await goTo(fake, "file-sets");
  prepare(fake);
  fake.press("space", "space", "d");
  expect(marked(fake)).toEqual([]);
  fake.press("space");
  await fake.until((state) => markedRows(state).length === 3);
  expect(marked(fake)).toEqual(fake.names().slice(0, 3));
});

test("marks of PENDING file sets stay, since nothing is downloaded", async () => {
  const fake = fakeProgram();
  fake.fileStore.fileSetsAnswer = () => [someFileSet(1, { status: "PENDING" })];
  await goTo(fake, "file-sets");
  fake.press("space", "d");
  expect(markedRows(fake.state())).toHaveLength(1);
  expect(fake.state().notice?.level).toBe("warning");
});

test("marks whose rows are gone count for nothing: d takes the row under the cursor, or says why not", async () => {
  const fake = await atFiles();
  fake.press("space", "space");
  fake.fileStore.filesAnswer = () => several(1, (number) => someFile(number + 20));
  fake.press("r");
  await fake.until(() => fake.names().length === 1);
  fake.press("d");
  await queued(fake);
  fake.fileStore.filesAnswer = () => [];
  fake.press("r");
  await fake.until(() => fake.names().length === 0);
  fake.press("d");
  expect(fake.state().notice?.text).toBe("Download: there is no file here.");
});

test("what is marked on Downloads is paused, resumed, moved and cancelled together", async () => {
  const fake = await atFiles();
  fake.press("a", "d");
  await queued(fake);
  fake.press("t", "j", "v", "j");
  fake.press("space", "space");
  fake.press("K");
  expect(fake.names().slice(0, 3)).toEqual(["part2", "part3", "part1"]);
  fake.press("x", "enter");
  expect(fake.transfers.calls).toEqual([
    "pause t2",
    "pause t3",
    "resume t2",
    "resume t3",
    "earlier t2 t3",
    "cancel t2",
    "cancel t3",
  ]);
  fake.press("A", "s", "j", "enter", "g", "J");
  expect(fake.state().notice?.text).toContain("the rows are sorted");
});
