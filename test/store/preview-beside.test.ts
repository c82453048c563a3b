import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { paneOf } from "../../source/store/selectors/layout.ts";
import { currentPreview, shownBeside } from "../../source/store/selectors/preview.ts";
import { several, someFile, someFileSet } from "../support/fakes/listings.ts";
import { type FakeProgram, fakeProgram, goTo } from "../support/fakes/program.ts";
import { waitUntil } from "../support/wait-until.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

const fileCount = 20;

/** At the files of a set, with the preview beside them. */
async function withPreviews(...keys: string[]): Promise<FakeProgram> {
  const fake = fakeProgram({ viewport: { columns: 160, rows: 30 } });
  fake.fileStore.filesAnswer = () => several(fileCount, someFile);
  for (const { id } of several(fileCount, someFile)) {
    fake.objects.objects.set(id, Buffer.from(`id,value\n${id},1\n`));
  }
  await goTo(fake, "files");
  fake.press("P", ...keys);
  return fake;
}

const rest = () => void vi.advanceTimersByTime(1_000);
const idBeside = ({ state }: FakeProgram) => shownBeside(state())?.file?.id;

test("the preview beside the rows is fetched once the cursor rests, and no row that it passes", async () => {
  const fake = await withPreviews("j", "j", "j");
  expect(fake.objects.asked).toHaveLength(0);
  rest();
  await fake.until(() => idBeside(fake) === "4000-ffff-4");
  expect(fake.objects.asked).toHaveLength(1);
});

test("the preview of the row before stays until the next one is there, and is not fetched again", async () => {
  const fake = await withPreviews();
  rest();
  await fake.until(() => idBeside(fake) === "4000-ffff-1");
  fake.press("j");
  expect(idBeside(fake)).toBe("4000-ffff-1");
  rest();
  await fake.until(() => idBeside(fake) === "4000-ffff-2");
  fake.press("k");
  rest();
  await fake.until(() => idBeside(fake) === "4000-ffff-1");
  expect(fake.objects.asked).toHaveLength(2);
});

test("a preview that is still on its way ends when the cursor moves on", async () => {
  const fake = await withPreviews();
  fake.objects.held = new Promise(() => undefined);
  rest();
  await waitUntil(() => fake.objects.asked.length === 1);
  fake.press("j");
  expect(fake.objects.ended).toBe(1);
  fake.objects.held = undefined;
  rest();
  await fake.until(() => idBeside(fake) === "4000-ffff-2");
  expect(Object.keys(fake.state().previews)).toEqual(["preview 4000-ffff-2"]);
});

test("p opens what is beside the rows without fetching it again", async () => {
  const fake = await withPreviews();
  rest();
  await fake.until(() => idBeside(fake) !== undefined);
  fake.press("p");
  expect(currentPreview(fake.state())?.phase).toBe("ready");
  expect(fake.objects.asked).toHaveLength(1);
});

test("only the last previews are kept, and none of a list that was left", async () => {
  const fake = await withPreviews();
  for (let row = 1; row <= fileCount; row++) {
    rest();
    await fake.until(() => idBeside(fake) === `4000-ffff-${row}`);
    fake.press("j");
  }
  expect(Object.keys(fake.state().previews).length).toBeLessThanOrEqual(8);
  fake.press("escape");
  expect(fake.state().previews).toEqual({});
});

test("what cannot be previewed is not fetched", async () => {
  const fake = fakeProgram({ viewport: { columns: 160, rows: 30 } });
  fake.fileStore.fileSetsAnswer = () => [someFileSet(1, { status: "PENDING" })];
  await goTo(fake, "file-sets");
  fake.press("P");
  rest();
  expect(fake.objects.asked).toHaveLength(0);
  expect(fake.state().previews).toEqual({});
});

test.each([
  [160, "P", "preview"],
  [160, "PP", "details"],
  [160, "Pi", "details"],
  [160, "Pii", undefined],
  [120, "P", "preview"],
  [120, "PP", undefined],
  [80, "P", undefined],
])("at %i columns %s leaves %s beside the rows", async (columns, keys, pane) => {
  const fake = fakeProgram({ viewport: { columns, rows: 30 } });
  await goTo(fake, "files");
  fake.press(...keys);
  expect(paneOf(fake.state())).toBe(pane);
});

test.each([
  [160, "details"],
  [120, undefined],
])("series have no preview beside them, at %i columns %s", async (columns, pane) => {
  const fake = fakeProgram({ viewport: { columns, rows: 30 } });
  await goTo(fake, "file-sets");
  fake.press("P", "b");
  expect(paneOf(fake.state())).toBe(pane);
  fake.press("P");
  expect(fake.state().notice?.text).toContain("this row is a series; Enter opens it");
  fake.press("enter");
  expect(paneOf(fake.state())).toBe("preview");
});
