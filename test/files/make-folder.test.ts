import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeFolder, makeFolderNow } from "../../source/files/make-folder.ts";

let place: string;

beforeEach(async () => {
  place = await fs.mkdtemp(path.join(os.tmpdir(), "cfs-folder-"));
});

afterEach(() => fs.rm(place, { recursive: true }));

describe.each([
  ["in another thread", makeFolder],
  ["in this thread", async (...words: Parameters<typeof makeFolderNow>) => makeFolderNow(...words)],
])("making a folder %s", (_, make) => {
  it("makes those above it too, for nobody else where that is wished", async () => {
    const folder = path.join(place, "a", "b", "c");
    expect(await make(folder, { mode: 0o700 })).toBe(true);
    for (const made of ["a", "a/b", "a/b/c"]) {
      expect((await fs.stat(path.join(place, made))).mode & 0o777).toBe(0o700);
    }
    expect(await make(folder)).toBe(false);
  });

  it("ends where a file is in the way", async () => {
    await fs.writeFile(path.join(place, "a"), "");
    await expect(make(path.join(place, "a", "b"))).rejects.toThrow(/EEXIST|ENOTDIR/);
  });

  it.runIf(process.platform === "linux")(
    "ends where a file system knows no new folder",
    async () => {
      await expect(make("/proc/cfs/a")).rejects.toThrow(/ENOENT/);
    },
  );
});
