import nodeFs from "node:fs";
import fs from "node:fs/promises";
import { expect, vi } from "vitest";
import type { FileRecord, Followed } from "../../source/sync/manifest.ts";
import { forgetVanished, prune } from "../../source/sync/prune.ts";
import { someFileSet } from "../support/fakes/listings.ts";
import { test } from "../support/test.ts";
import { followedOf, manifestOf, putFiles, recordOf } from "./records.ts";

const fileSets = ["old", "new"].map((id, index) => someFileSet(index + 1, { id }));
const { signal } = new AbortController();

const it = test.extend("pruneWith", ({ folder }) => {
  return async (
    records: readonly FileRecord[],
    different: Partial<Followed> = {},
    others: readonly Followed[] = [],
  ) => {
    const followed = followedOf({ wanted: ["new"], retired: ["old"], ...different });
    const manifest = manifestOf([followed, ...others], fileSets, records);
    const parts = { directory: folder, manifest, followedAfter: followed, signal };
    const { removed, changed } = await prune(parts);
    return {
      manifest,
      removed: removed.map(({ name }) => name),
      changed: changed.map(({ name }) => name),
      left: (await fs.readdir(folder)).toSorted(),
    };
  };
});

it("removes unchanged files, and forgets their file set", async ({ folder, pruneWith }) => {
  await putFiles(folder, { a: "A", changed: "X", b: "B" });
  const { manifest, ...pruned } = await pruneWith([
    recordOf("old", "a", "A"),
    recordOf("old", "changed", "C"),
    recordOf("old", "gone", "G"),
    recordOf("new", "b", "B"),
  ]);
  expect(pruned).toEqual({ removed: ["a"], changed: ["changed"], left: ["b", "changed"] });
  expect([...manifest.fileSets.keys()]).toEqual(["new"]);
  expect([...manifest.files.keys()]).toEqual(["new"]);
  expect(manifest.followed).toMatchObject([{ wanted: ["new"], retired: [] }]);
});

it("leaves earlier files, and a name that a wanted file has in any letter case", async ({
  folder,
  pruneWith,
}) => {
  await putFiles(folder, { own: "O", shared: "S" });
  const { removed, left } = await pruneWith([
    recordOf("old", "own", "O", { brought: false }),
    recordOf("old", "shared", "S"),
    recordOf("new", "SHARED", "S"),
  ]);
  expect(removed).toEqual([]);
  expect(left).toEqual(["own", "shared"]);
});

it("leaves files that another query wants", async ({ folder, pruneWith }) => {
  await putFiles(folder, { a: "A" });
  const other = followedOf({ bucket: "other", wanted: ["old"] });
  const { removed, manifest } = await pruneWith([recordOf("old", "a", "A")], {}, [other]);
  expect(removed).toEqual([]);
  expect([...manifest.fileSets.keys()]).toEqual(["old", "new"]);
});

it("neither follows nor removes a link, or a folder", async ({ folder, pruneWith }) => {
  await putFiles(folder, { b: "A" });
  await fs.symlink("b", `${folder}/a`);
  await fs.mkdir(`${folder}/c`);
  const records = [recordOf("old", "a", "A"), recordOf("old", "c", "A")];
  const { changed, left } = await pruneWith(records);
  expect(changed).toEqual(["a", "c"]);
  expect(left).toEqual(["a", "b", "c"]);
});

it("fails if a file cannot be read, and knows it still", async ({ folder }) => {
  await putFiles(folder, { a: "A" });
  const followed = followedOf({ wanted: ["new"], retired: ["old"] });
  const manifest = manifestOf([followed], fileSets, [recordOf("old", "a", "A")]);
  vi.spyOn(nodeFs, "createReadStream").mockImplementationOnce(() => {
    throw Object.assign(new Error("i/o error"), { code: "EIO" });
  });
  const pruning = prune({ directory: folder, manifest, followedAfter: followed, signal });
  await expect(pruning).rejects.toMatchObject({
    kind: "disk",
    message: expect.stringContaining("EIO"),
  });
  expect(await fs.readdir(folder)).toEqual(["a"]);
  expect([...manifest.files.keys()]).toContain("old");
});

it.for<[string, Partial<Followed>]>([
  ["wanted", { wanted: [] }],
  ["retired", { retired: [] }],
])("removes nothing if nothing is %s", async ([_, followed], { folder, pruneWith }) => {
  await putFiles(folder, { a: "A" });
  const { removed, left } = await pruneWith([recordOf("old", "a", "A")], followed);
  expect(removed).toEqual([]);
  expect(left).toEqual(["a"]);
});

it("stops when aborted, before it removes anything", async ({ folder }) => {
  await putFiles(folder, { a: "A" });
  const followedAfter = followedOf({ wanted: ["new"], retired: ["old"] });
  const manifest = manifestOf([followedAfter], fileSets, [recordOf("old", "a", "A")]);
  const parts = { directory: folder, manifest, followedAfter, signal: AbortSignal.abort() };
  await expect(prune(parts)).rejects.toMatchObject({ name: "AbortError" });
  expect(await fs.readdir(folder)).toEqual(["a"]);
});

it("without pruning forgets only file sets without files", async ({ folder }) => {
  await putFiles(folder, { a: "A" });
  const gone = someFileSet(3, { id: "gone" });
  const followed = followedOf({ wanted: ["new"], retired: ["old", "gone"] });
  const manifest = manifestOf(
    [followed],
    [...fileSets, gone],
    [recordOf("old", "a", "A"), recordOf("old", "b", "B"), recordOf("gone", "c", "C")],
  );
  forgetVanished(folder, manifest);
  expect([...manifest.fileSets.keys()]).toEqual(["old", "new"]);
  expect(manifest.followed).toMatchObject([{ retired: ["old"] }]);
});
