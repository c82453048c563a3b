import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { sizesOnDisk } from "../../source/files/download-folder.ts";

test("tells the sizes of files, also in a folder of the folder, and of nothing else", async () => {
  const root = await mkdtemp(join(tmpdir(), "cfs-test-"));
  onTestFinished(() => rm(root, { recursive: true }));
  await mkdir(join(root, "set"));
  await writeFile(join(root, "a.gz"), "12345");
  await writeFile(join(root, "set", "b.gz"), "123");
  const names = ["a.gz", "b.gz", "set/a.gz", "set/b.gz", "set", "none/c.gz"];
  expect([...(await sizesOnDisk(root, names))]).toEqual([
    ["a.gz", 5],
    ["set/b.gz", 3],
  ]);
  expect((await sizesOnDisk(join(root, "nowhere"), names)).size).toBe(0);
});
