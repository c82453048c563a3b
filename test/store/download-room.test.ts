import { expect, test } from "vitest";
import { roomQuestion } from "../../source/store/selectors/download-choices.ts";
import { markedRows } from "../../source/store/selectors/table.ts";
import type { State } from "../../source/store/state/state.ts";
import { several, someFile } from "../support/fakes/listings.ts";
import { type FakeProgram, fakeProgram, goTo, queued } from "../support/fakes/program.ts";

const isAsked = ({ overlay }: State) => overlay?.kind === "download-room";

/** At `count` files of one megabyte each, all of them marked. */
async function marked(count: number): Promise<FakeProgram> {
  const fake = fakeProgram();
  const file = (number: number) =>
    someFile(number, { filename: `part${number}`, fileSizeInBytes: 1_000_000 });
  fake.fileStore.filesAnswer = () => several(count, file);
  await goTo(fake, "files");
  fake.press("a");
  return fake;
}

/** Of those with too little space for all. */
async function onFullDisk(): Promise<FakeProgram> {
  const fake = await marked(4);
  fake.disk.freeBytes = 2_500_000;
  fake.press("d");
  await fake.until(isAsked);
  return fake;
}

const transfers = (fake: FakeProgram) => fake.transfers.snapshot().transfers;

test("what fits and is little is downloaded without a question", async () => {
  const fake = await marked(4);
  fake.press("d");
  await queued(fake);
  expect(transfers(fake)).toHaveLength(4);
});

test("what is much is asked about once", async () => {
  const fake = await marked(115);
  fake.press("d");
  await fake.until(isAsked);
  expect(roomQuestion(fake.state())).toBe("Download 115 files (115 MB) to /downloads? 82 GB free.");
  expect(transfers(fake)).toEqual([]);
  fake.press("enter");
  await queued(fake);
  expect(transfers(fake)).toHaveLength(115);
});

test("what does not fit is asked about before anything is queued", async () => {
  const fake = await onFullDisk();
  expect(roomQuestion(fake.state())).toBe(
    "Not enough disk space in /downloads: 4.0 MB needed for 4 files, 2.5 MB free.",
  );
  expect(transfers(fake)).toEqual([]);
  fake.press("escape");
  expect(fake.state().overlay).toBeUndefined();
  expect(transfers(fake)).toEqual([]);
  expect(markedRows(fake.state())).toHaveLength(4);
});

test("another folder takes all of it", async () => {
  const fake = await onFullDisk();
  fake.folders.add("/elsewhere");
  fake.press("enter", "ctrl-u");
  fake.type("/elsewhere");
  fake.disk.freeBytes = 5_000_000;
  fake.press("enter");
  await queued(fake);
  expect(transfers(fake).map(({ directory }) => directory)).toEqual(Array(4).fill("/elsewhere"));
  expect(fake.state().downloadQuestions).toBeUndefined();
});

test("another folder without space is asked about too, and Esc there comes back", async () => {
  const fake = await onFullDisk();
  fake.folders.add("/elsewhere");
  fake.press("enter", "escape");
  await fake.until(isAsked);
  fake.press("enter", "ctrl-u");
  fake.type("/elsewhere");
  fake.press("enter");
  await fake.until((state) => isAsked(state) && roomQuestion(state).includes("/elsewhere"));
  fake.press("down", "enter");
  await queued(fake);
  expect(transfers(fake)).toHaveLength(4);
});

test("what is there already and what others still need count", async () => {
  const fake = await marked(4);
  fake.onDisk.set("part1", 1_000_000).set("part2", 1_000_000);
  fake.disk.freeBytes = 2_500_000;
  fake.press("d");
  await queued(fake);
  fake.onDisk.clear();
  fake.press("a", "d");
  await fake.until(isAsked);
  expect(roomQuestion(fake.state())).toContain("4.0 MB needed for 4 files, 0 B free");
});

test("a taken name is asked about after the space", async () => {
  const fake = await marked(4);
  fake.onDisk.set("part1", 7);
  fake.disk.freeBytes = 2_500_000;
  fake.press("d");
  await fake.until(isAsked);
  fake.press("down", "enter");
  await fake.until(({ overlay }) => overlay?.kind === "name-conflict");
  fake.press("enter");
  await queued(fake);
  expect(transfers(fake)).toHaveLength(3);
});

test("a system that does not report its space is not asked about it", async () => {
  const fake = await marked(4);
  fake.disk.freeBytes = undefined;
  fake.press("d");
  await queued(fake);
  expect(transfers(fake)).toHaveLength(4);
});
