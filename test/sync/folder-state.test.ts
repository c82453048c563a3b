import fs from "node:fs/promises";
import path from "node:path";
import { expect } from "vitest";
import { sha256Of } from "../../source/files/sha256.ts";
import { readFolderState, stateByBytes, viewOfFolder } from "../../source/sync/folder-state.ts";
import { applyFact } from "../../source/sync/manifest.ts";
import { someFileSet } from "../support/fakes/listings.ts";
import { test } from "../support/test.ts";
import { manifestOf, putFiles, recordOf } from "./records.ts";

const { signal } = new AbortController();
const fileSet = someFileSet(1, { id: "set" });
const records = {
  right: recordOf("set", "right", "rows"),
  longer: recordOf("set", "longer", "rows"),
  changed: recordOf("set", "changed", "rows"),
  gone: recordOf("set", "gone", "rows"),
  folder: recordOf("set", "folder", "rows"),
};

const it = test.extend("look", async ({ folder }) => {
  await putFiles(folder, { right: "rows", longer: "rows and more", changed: "ROWS" });
  await fs.mkdir(path.join(folder, "folder"));
  return (verify: boolean, ids = ["set"]) => {
    const manifest = manifestOf([], [fileSet], Object.values(records));
    return readFolderState(ids, { view: viewOfFolder(folder), manifest, verify, signal });
  };
});

it("compares sizes, and reads files only to verify them", async ({ look }) => {
  const states = async (verify: boolean) => {
    const disk = await look(verify);
    const answers = Object.values(records).map(async (record) => [
      record.name,
      await disk.stateOf(record),
    ]);
    return Object.fromEntries(await Promise.all(answers));
  };
  const bySize = { right: "present", longer: "damaged", gone: "missing", folder: "missing" };
  expect(await states(false)).toEqual({ ...bySize, changed: "present" });
  expect(await states(true)).toEqual({ ...bySize, changed: "damaged" });
});

it("names damaged files in the checked file sets", async ({ look }) => {
  const names = async (...words: Parameters<typeof look>) =>
    (await look(...words)).damaged.map(({ name }) => name);
  expect(await names(false)).toEqual(["longer"]);
  expect(await names(true)).toEqual(["longer", "changed"]);
  expect(await names(true, [])).toEqual([]);
});

it("replaces unchanged files, and damaged ones when asked to verify", async ({ look }) => {
  const replaced = async (verify: boolean) => {
    const disk = await look(verify);
    const answers = Object.values(records).map(async (record) => [
      record.name,
      await disk.mayReplace(record),
    ]);
    return Object.fromEntries(await Promise.all(answers));
  };
  const never = { gone: false, folder: false, right: true };
  expect(await replaced(false)).toEqual({ ...never, longer: false, changed: false });
  expect(await replaced(true)).toEqual({ ...never, longer: true, changed: true });
  const own = { ...records.right, brought: false };
  expect(await (await look(true)).mayReplace(own)).toBe(false);
});

it("a file set is present if it was complete and all of its files exist", async ({ folder }) => {
  await putFiles(folder, { a: "A", b: "BB" });
  const [a, b] = [recordOf("set", "a", "A"), recordOf("set", "b", "B")];
  const isComplete = async (looked: readonly string[], ...files: (typeof a)[]) => {
    const manifest = manifestOf([], [fileSet], files);
    const options = { view: viewOfFolder(folder), manifest, verify: false, signal };
    const disk = await readFolderState(looked, options);
    const before = disk.isComplete("set");
    const known = manifest.fileSets.get("set");
    if (known !== undefined)
      applyFact(manifest, { fact: "begun", fileSet: { ...known, complete: false } });
    expect(disk.isComplete("set")).toBe(false);
    expect(disk.isComplete("another")).toBe(false);
    return before;
  };
  for (const looked of [[], ["set"]]) {
    expect(await isComplete(looked, a)).toBe(true);
    expect(await isComplete(looked, a, b)).toBe(false);
  }
});

it("an unreachable file is missing, and an unreadable one is damaged", async ({ folder }) => {
  await putFiles(folder, { file: "rows" });
  const below = recordOf("set", "file/below", "rows");
  expect(await stateByBytes(folder, below, signal)).toBe("missing");
  const ended = AbortSignal.abort();
  const file = recordOf("set", "file", "rows");
  expect(await stateByBytes(folder, file, signal)).toBe("present");
  await expect(stateByBytes(folder, file, ended)).rejects.toMatchObject({ name: "AbortError" });
  expect(await sha256Of(path.join(folder, "file"), signal)).toBe(file.sha256);
});
