import fs from "node:fs";
import { expect, vi } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import type { StoredFile } from "../../source/domain/entities.ts";
import { createSelection, type Selection, wholeSelection } from "../../source/domain/selection.ts";
import { type FolderState, readFolderState, viewOfFolder } from "../../source/sync/folder-state.ts";
import { applyFact, type Fact, type FileRecord } from "../../source/sync/manifest.ts";
import { createArrivals, type ListedFileSet } from "../../source/sync/missing-files.ts";
import { someFile, someFileSet } from "../support/fakes/listings.ts";
import { test } from "../support/test.ts";
import { manifestOf, putFiles, recordOf } from "./records.ts";

const fileSet = someFileSet(1, { id: "set", numFiles: 2 });
const listedFile = (name: string, more: Partial<StoredFile> = {}) =>
  someFile(1, { id: `set/${name}`, filename: name, filesetId: "set", ...more });
const both = [listedFile("a"), listedFile("b")];

const it = test.extend("begin", ({ folder }) => {
  return async (
    records: readonly FileRecord[],
    verify = false,
    selection: Selection = wholeSelection,
    manifest = manifestOf([], records.length > 0 ? [fileSet] : [], records),
  ) => {
    const { signal } = new AbortController();
    const selectionKey = selection.key;
    const view = viewOfFolder(folder);
    const options = { view, manifest, verify, selectionKey, signal };
    const disk: FolderState = await readFolderState([], options);
    const facts: Fact[] = [];
    const failures: AppError[] = [];
    const notes: string[] = [];
    const { missing, arrived } = createArrivals({
      view,
      selection,
      manifest,
      disk,
      record(fact) {
        facts.push(fact);
        applyFact(manifest, fact);
      },
      fail: (error) => failures.push(error),
      note: (text) => notes.push(text),
    });
    return {
      manifest,
      disk,
      facts,
      failures,
      notes,
      arrived,
      async missingOf(...listed: ListedFileSet[]) {
        const found = [];
        for await (const { file, fileSet: _, ...how } of missing(each(listed)))
          found.push({ name: file.filename, ...how });
        return found;
      },
    };
  };
});

async function* each<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}

const kindsOf = (facts: readonly Fact[]) => facts.map(({ fact }) => fact);

it("a new file set is complete when its last file has arrived", async ({ begin }) => {
  const { missingOf, arrived, facts, manifest } = await begin([]);
  expect(await missingOf({ fileSet, files: both })).toEqual([{ name: "a" }, { name: "b" }]);
  expect(manifest.fileSets.get("set")).toMatchObject({
    name: fileSet.name,
    packageId: fileSet.packageId,
    modified: fileSet.modified,
    awaited: ["set/a", "set/b"],
    complete: false,
  });
  arrived(recordOf("set", "a", "A"), true);
  expect(kindsOf(facts)).toEqual(["begun", "there"]);
  arrived(recordOf("set", "b", "B"), true);
  expect(kindsOf(facts)).toEqual(["begun", "there", "there", "complete"]);
  expect(manifest.fileSets.get("set")).toMatchObject({ complete: true, awaited: [] });
});

it("a name that cannot be looked up counts as the user's file", async ({ begin, folder }) => {
  await putFiles(folder, { a: "A" });
  const { missingOf, arrived, manifest } = await begin([]);
  const exists = vi.spyOn(fs, "existsSync").mockReturnValue(false);
  const look = vi.spyOn(fs, "lstatSync").mockImplementation(() => {
    throw Object.assign(new Error("it cannot be looked up"), { code: "EIO" });
  });
  await missingOf({ fileSet, files: both });
  exists.mockRestore();
  look.mockRestore();
  arrived(recordOf("set", "a", "A"), false);
  expect(manifest.files.get("set")?.get("set/a")).toMatchObject({ brought: false });
});

it("a file from before the first fetch is not ours", async ({ begin, folder }) => {
  await putFiles(folder, { a: "A" });
  const { missingOf, arrived, manifest } = await begin([]);
  await missingOf({ fileSet, files: both });
  expect(manifest.fileSets.get("set")?.awaited).toEqual(["set/b"]);
  arrived(recordOf("set", "a", "A"), false);
  arrived(recordOf("set", "b", "B"), false);
  const kept = manifest.files.get("set");
  expect(kept?.get("set/a")).toMatchObject({ brought: false, modified: both[0]?.modified });
  expect(kept?.get("set/b")).toMatchObject({ brought: true });
});

it("a file that was ours stays ours", async ({ begin, folder }) => {
  await putFiles(folder, { a: "A" });
  const { arrived, manifest } = await begin([recordOf("set", "a", "A")]);
  arrived(recordOf("set", "a", "A"), false);
  expect(manifest.files.get("set")?.get("set/a")).toMatchObject({ brought: true });
});

it("a file that a killed run was waiting for is ours", async ({ begin, folder }) => {
  const { missingOf, arrived, manifest } = await begin([recordOf("set", "b", "B")]);
  const known = manifest.fileSets.get("set");
  if (known !== undefined) manifest.fileSets.set("set", { ...known, awaited: ["set/a"] });
  await putFiles(folder, { a: "A", b: "B" });
  await missingOf({ fileSet, files: both });
  expect(manifest.fileSets.get("set")?.awaited).toEqual(["set/a"]);
  arrived(recordOf("set", "a", "A"), false);
  expect(manifest.files.get("set")?.get("set/a")).toMatchObject({ brought: true });
});

it("a file set that already exists is complete at once", async ({ begin, folder }) => {
  await putFiles(folder, { a: "A", b: "B" });
  const records = [recordOf("set", "a", "A"), recordOf("set", "b", "B")];
  const { missingOf, facts } = await begin(records);
  expect(await missingOf({ fileSet, files: both })).toEqual([]);
  expect(kindsOf(facts)).toEqual(["begun", "complete"]);
});

it.for([
  ["another md5", { md5: "1".repeat(32) }, { md5: "2".repeat(32), modified: "same" }, true],
  ["the same md5", { md5: "1".repeat(32) }, { md5: "1".repeat(32), modified: "other" }, false],
  ["no md5", { md5: "1".repeat(32) }, { md5: undefined, modified: "same" }, false],
  ["another time", {}, { modified: "other" }, true],
  ["the same time", {}, { modified: "same" }, false],
  ["no time", {}, { modified: undefined }, false],
] as const)(
  "a file with %s in the listing",
  async ([_, known, listed, isNew], { begin, folder }) => {
    await putFiles(folder, { a: "A" });
    const { missingOf } = await begin([recordOf("set", "a", "A", { modified: "same", ...known })]);
    const files = [listedFile("a", { md5: undefined, ...listed })];
    const found = await missingOf({ fileSet: { ...fileSet, numFiles: 1 }, files });
    expect(found).toEqual(isNew ? [{ name: "a", onto: "a" }] : []);
  },
);

it("a missing file is fetched again, and one that the user changed is kept beside the new one", async ({
  begin,
  folder,
}) => {
  await putFiles(folder, { b: "BB" });
  const records = [recordOf("set", "a", "A"), recordOf("set", "b", "B")];
  const { missingOf, notes } = await begin(records);
  expect(await missingOf({ fileSet, files: both })).toEqual([
    { name: "a" },
    { name: "b", isBeside: true },
  ]);
  expect(notes).toEqual([expect.stringContaining("b was changed")]);
  const repairing = await begin(records, true);
  expect(await repairing.missingOf({ fileSet, files: both })).toEqual([
    { name: "a" },
    { name: "b", onto: "b" },
  ]);
  expect(repairing.notes).toEqual([]);
});

it("a file set with an incomplete listing is fetched, reported and never complete", async ({
  begin,
}) => {
  const refused = new AppError({ kind: "service", tried: "Listing", answered: "no" });
  const { missingOf, arrived, facts, failures } = await begin([]);
  const found = await missingOf(refused, { fileSet, files: both.slice(0, 1) });
  expect(found).toEqual([{ name: "a" }]);
  expect(failures[0]).toBe(refused);
  expect(failures[1]?.answered).toContain("2 files but lists 1");
  arrived(recordOf("set", "a", "A"), true);
  expect(kindsOf(facts)).toEqual(["begun", "there"]);
});

it("a selection is complete without the files that it leaves out, which another query still lacks", async ({
  begin,
  folder,
}) => {
  const onlyA = createSelection({ fileName: (name) => name === "a", key: "a" });
  const { missingOf, arrived, disk, manifest } = await begin([], false, onlyA);
  expect(await missingOf({ fileSet, files: both })).toEqual([{ name: "a" }]);
  expect(disk.isComplete("set")).toBe(false);
  await putFiles(folder, { a: "A" });
  arrived(recordOf("set", "a", "A"), true);
  expect(disk.isComplete("set")).toBe(true);
  expect(manifest.fileSets.get("set")).toMatchObject({ complete: false, parts: ["a"] });
  const whole = await begin([], false, wholeSelection, manifest);
  expect(whole.disk.isComplete("set")).toBe(false);
  expect(await whole.missingOf({ fileSet, files: both })).toEqual([{ name: "b" }]);
  expect(disk.isComplete("set")).toBe(true);
});
