import fs from "node:fs/promises";
import path from "node:path";
import { describe, expect, vi } from "vitest";
import * as disk from "../../source/files/disk.ts";
import {
  createFolderMaker,
  makeFolder,
  makeFolderNow,
  makeLastingFolder,
} from "../../source/files/make-folder.ts";
import { test as it } from "../support/test.ts";

vi.mock("../../source/files/disk.ts", { spy: true });

it("syncs the name of the lowest existing folder, as its creator may have been killed", async ({
  folder,
}) => {
  const standing = path.join(folder, "a");
  await fs.mkdir(standing);
  await makeLastingFolder(path.join(standing, "b"));
  expect(vi.mocked(disk.syncDirectory).mock.calls).toEqual([[folder], [standing]]);
});

it("syncs the name of a folder once, and again after it was removed", async ({ folder }) => {
  const made = path.join(folder, "a");
  const make = createFolderMaker();
  for (const _ of [1, 2]) await make(made);
  await fs.rmdir(made);
  vi.mocked(disk.syncDirectory).mockClear();
  await make(made);
  await make(made);
  expect(vi.mocked(disk.syncDirectory).mock.calls).toEqual([[path.dirname(folder)], [folder]]);
  expect((await fs.stat(made)).isDirectory()).toBe(true);
});

describe.each([
  ["in another thread", makeFolder],
  ["in this thread", async (...words: Parameters<typeof makeFolderNow>) => makeFolderNow(...words)],
])("making a folder %s", (_, make) => {
  it("makes its parents too, with the mode that is given", async ({ folder }) => {
    const made = path.join(folder, "a", "b", "c");
    expect(await make(made, { mode: 0o700 })).toBe(true);
    for (const name of ["a", "a/b", "a/b/c"]) {
      expect((await fs.stat(path.join(folder, name))).mode & 0o777).toBe(0o700);
    }
    expect(await make(made)).toBe(false);
  });

  it("fails if a file is in the way", async ({ folder }) => {
    await fs.writeFile(path.join(folder, "a"), "");
    await expect(make(path.join(folder, "a", "b"))).rejects.toThrow(/EEXIST|ENOTDIR/);
  });

  it.runIf(process.platform === "linux")(
    "fails if the file system cannot make folders",
    async () => {
      await expect(make("/proc/cfs/a")).rejects.toThrow(/ENOENT/);
    },
  );
});
