import { expect, test } from "vitest";
import { copyChoices } from "../../source/store/selectors/copyable.ts";
import { currentPlace, rowsOf } from "../../source/store/selectors/table.ts";
import type { State } from "../../source/store/state/state.ts";
import { FakeListingCache } from "../support/fakes/listing-cache.ts";
import { several, someFile, someFileSet } from "../support/fakes/listings.ts";
import { fakeProgram, goTo, isListedAt } from "../support/fakes/program.ts";

const local = (number: number) => someFile(number).filename.replaceAll(":", "_");
const bytes = (number: number) => 93_000_000 + number;

/** Ids of the rows that are shown with a tick. */
function ticked(state: State): string[] {
  return rowsOf(state, currentPlace(state)).shown.flatMap((entry) =>
    "onDisk" in entry && entry.onDisk ? [entry.id] : [],
  );
}

test("files that lie in the folder in their size are ticked, and have their path on disk", async () => {
  const fake = fakeProgram();
  fake.onDisk.set(local(1), bytes(1));
  fake.onDisk.set(local(2), bytes(2) - 1);
  await goTo(fake, "files");
  await fake.until((state) => ticked(state).length > 0);
  expect(ticked(fake.state())).toEqual([someFile(1).id]);
  const path = () => copyChoices(fake.state()).find(({ id }) => id === "path")?.about;
  expect(path()).toBe(`/downloads/${local(1)}`);
  fake.press("r");
  expect(ticked(fake.state())).toEqual([someFile(1).id]);
  fake.press("p");
  await fake.until((state) => currentPlace(state).kind === "preview");
  expect(path()).toBe(`/downloads/${local(1)}`);
});

test("a tick between the first row and the last is seen", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  expect(ticked(fake.state())).toEqual([]);
  fake.press("j", "d");
  fake.onDisk.set(local(2), bytes(2));
  await fake.until(({ transfers }) => transfers.transfers.length === 1);
  fake.transfers.change("t1", { state: "saved" });
  await fake.until((state) => ticked(state).includes(someFile(2).id));
});

test("a file whose size the publisher leaves out is ticked by its name", async () => {
  const fake = fakeProgram();
  fake.fileStore.filesAnswer = () => [someFile(1, { fileSizeInBytes: undefined })];
  fake.onDisk.set(local(1), 5);
  await goTo(fake, "files");
  await fake.until((state) => ticked(state).length === 1);
});

test("the tick comes when a download ends, and is there after a reload", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  fake.press("d");
  fake.onDisk.set(local(1), bytes(1));
  await fake.until(({ transfers }) => transfers.transfers.length === 1);
  fake.transfers.change("t1", { state: "saved" });
  await fake.until((state) => ticked(state).length === 1);
  fake.press("r");
  expect(ticked(fake.state())).toEqual([someFile(1).id]);
});

test("another folder, other ticks", async () => {
  const fake = fakeProgram();
  fake.onDisk.set(local(1), bytes(1));
  await goTo(fake, "files");
  await fake.until((state) => ticked(state).length === 1);
  fake.onDisk.clear();
  fake.folders.add("/elsewhere");
  fake.press("o", "ctrl-u");
  fake.type("/elsewhere");
  fake.press("enter");
  await fake.until((state) => ticked(state).length === 0);
  expect(fake.state()).toMatchObject({ directory: "/elsewhere", overlay: undefined });
});

test("a set is ticked when all its files are known and there, at the next start too", async () => {
  const listingCache = new FakeListingCache();
  const fake = fakeProgram({}, { listingCache });
  const sets = several(3, (number) => someFileSet(number, { numFiles: 4 }));
  fake.fileStore.fileSetsAnswer = () => sets;
  for (const number of [1, 2, 3]) fake.onDisk.set(local(number), bytes(number));
  await goTo(fake, "files");
  await fake.until((state) => ticked(state).length === 3);
  fake.press("escape");
  fake.onDisk.set(local(4), bytes(4));
  fake.press("enter", "escape");
  await fake.until((state) => ticked(state).includes(someFileSet(3).id));
  const next = fakeProgram({}, { listingCache });
  next.fileStore.fileSetsAnswer = () => sets;
  for (const number of [1, 2, 3, 4]) next.onDisk.set(local(number), bytes(number));
  await goTo(next, "file-sets");
  await next.until((state) => ticked(state).includes(someFileSet(3).id));
  expect(ticked(next.state())).toEqual([someFileSet(3).id]);
});

test("what a PENDING set has is never ticked", async () => {
  const fake = fakeProgram();
  fake.fileStore.fileSetsAnswer = () => [someFileSet(1, { status: "PENDING", numFiles: 4 })];
  for (const number of [1, 2, 3, 4]) fake.onDisk.set(local(number), bytes(number));
  await goTo(fake, "files");
  fake.press("escape");
  await new Promise((resolve) => setImmediate(resolve));
  expect(ticked(fake.state())).toEqual([]);
});

test("a file set and its marked files land in the folder that is shown, whatever their number", async () => {
  const fake = fakeProgram();
  fake.fileStore.filesAnswer = (id) =>
    id === someFileSet(9).id ? several(2, someFile) : [someFile(9, { filesetId: id })];
  await goTo(fake, "file-sets");
  fake.press("space", "space", "d");
  await fake.until(({ transfers }) => transfers.transfers.length === 3);
  await fake.until(({ task }) => task === undefined);
  expect(fake.state().notice?.text).toBe(
    "Downloading 3 files (279 MB) to /downloads. t shows downloads.",
  );
  fake.press("g", "enter");
  await fake.until(isListedAt("files"));
  fake.press("a", "d");
  await fake.until(({ notice }) => notice?.text.startsWith("Downloading 2 files") === true);
  const folders = fake.transfers.snapshot().transfers.map(({ directory }) => directory);
  expect(new Set(folders)).toEqual(new Set(["/downloads"]));
});

test("a download does not request files that are already listed", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  fake.press("escape", "d");
  await fake.until(({ transfers }) => transfers.transfers.length === 4);
  expect(fake.fileStore.asked.filter((what) => what.startsWith("files"))).toHaveLength(1);
});
