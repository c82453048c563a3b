import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import {
  checkFolder,
  createFolder,
  foldersAt,
  sizesOnDisk,
} from "../../source/files/download-folder.ts";
import { test } from "../support/test.ts";

test("relative paths and ~ become absolute", async ({ folder }) => {
  expect(await checkFolder(" . ", folder, "/nowhere")).toEqual({ kind: "usable", path: folder });
  expect(await checkFolder("~", "/", folder)).toEqual({ kind: "usable", path: folder });
  expect(await checkFolder("~/new", "/", folder)).toEqual({
    kind: "missing",
    path: join(folder, "new"),
  });
});

test("a file, an empty path and a path below a file are refused", async ({ folder }) => {
  await writeFile(join(folder, "file"), "");
  expect(await checkFolder("file", folder, undefined)).toEqual({
    kind: "refused",
    problem: `${join(folder, "file")} is not a folder.`,
  });
  expect(await checkFolder("  ", folder, undefined)).toMatchObject({ kind: "refused" });
  expect(await checkFolder("file/below", folder, undefined)).toEqual({
    kind: "refused",
    problem: `${join(folder, "file", "below")} cannot be written: it is not a folder.`,
  });
});

test("the folders that a path can be completed to are those below its last one", async ({
  folder,
}) => {
  await Promise.all(
    ["data/esg", ".cache"].map((one) => mkdir(join(folder, one), { recursive: true })),
  );
  await writeFile(join(folder, "data.csv"), "");
  await symlink(join(folder, "data"), join(folder, "link"));
  const at = (typed: string) => foldersAt(typed, folder, folder);
  expect(await at("d")).toEqual({ lead: "", names: ["data", "link"] });
  expect(await at(".")).toEqual({ lead: "", names: [".cache"] });
  expect(await at("~")).toEqual({ lead: "", names: ["~"] });
  expect(await at("~/data/")).toEqual({ lead: "~/data/", names: ["esg"] });
  expect(await at(`${folder}/data/e`)).toEqual({ lead: `${folder}/data/`, names: ["esg"] });
  expect(await at("missing/x")).toEqual({ lead: "missing/", names: [] });
});

test("a missing folder is made with its parents, or the failure is reported", async ({
  folder,
}) => {
  const path = join(folder, "one", "two");
  expect(await createFolder(path)).toEqual({ kind: "usable", path });
  await writeFile(join(folder, "file"), "");
  const below = join(folder, "file", "below");
  expect(await createFolder(below)).toEqual({
    kind: "refused",
    problem: `${below} cannot be created: it is not a folder.`,
  });
});

test("sizes are read for files only", async ({ folder }) => {
  await mkdir(join(folder, "set"));
  await writeFile(join(folder, "a.gz"), "12345");
  const names = ["a.gz", "b.gz", "set"];
  expect([...(await sizesOnDisk(folder, names))]).toEqual([["a.gz", 5]]);
  expect((await sizesOnDisk(join(folder, "nowhere"), names)).size).toBe(0);
});
