import { expect, test } from "vitest";
import { several, someFile } from "../fakes/listings.ts";
import { type FakeProgram, fakeProgram, goTo, queued } from "../fakes/program.ts";

async function withTaken(): Promise<FakeProgram> {
  const fake = fakeProgram();
  fake.fileStore.filesAnswer = () =>
    several(4, (number) => someFile(number, { filename: `part${number}`, fileSizeInBytes: 100 }));
  fake.onDisk.set("part1", 7).set("part2", 8).set("part3", 100);
  await goTo(fake, "files");
  fake.press("a", "d");
  await fake.until(({ overlay }) => overlay?.kind === "taken");
  return fake;
}

const wanted = ({ transfers }: FakeProgram) =>
  transfers.snapshot().transfers.map(({ file }) => file.name);

test("names that are taken are asked about; the same size may be the same file", async () => {
  const fake = await withTaken();
  expect(fake.state().overlay).toMatchObject({ names: [{ bytesThere: 7 }, { bytesThere: 8 }] });
  expect(wanted(fake)).toEqual([]);
  fake.press("enter");
  expect(fake.state().overlay).toMatchObject({ names: [{ bytesThere: 8 }] });
  fake.press("j", "j", "enter");
  await queued(fake);
  expect(wanted(fake).toSorted()).toEqual(["part2", "part3", "part4"]);
  expect(fake.transfers.replaced).toEqual(["part2"]);
});

test.each<[string, string[], number, string[]]>([
  ["skip all", ["down", "down", "down"], 2, []],
  ["keep both, all", ["G", "k"], 4, []],
  ["replace all", ["end"], 4, ["part1", "part2"]],
])("%s", async (_, moves, count, replaced) => {
  const fake = await withTaken();
  fake.press(...moves, "enter");
  await queued(fake);
  expect(wanted(fake)).toHaveLength(count);
  expect(fake.transfers.replaced).toEqual(replaced);
});

test("Esc downloads nothing and says so", async () => {
  const fake = await withTaken();
  fake.press("escape");
  expect(wanted(fake)).toEqual([]);
  expect(fake.state().overlay).toBeUndefined();
  expect(fake.state().notice?.text).toBe("Nothing is downloaded.");
});
