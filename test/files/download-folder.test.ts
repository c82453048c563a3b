import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { checkFolder, createFolder, sizesOnDisk } from "../../source/files/download-folder.ts";

async function base(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "cfs-folder-"));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

test("relative paths and ~ are made whole", async () => {
  const here = await base();
  expect(await checkFolder(" . ", here, "/nowhere")).toEqual({ kind: "usable", path: here });
  expect(await checkFolder("~", "/", here)).toEqual({ kind: "usable", path: here });
  expect(await checkFolder("~/new", "/", here)).toEqual({
    kind: "missing",
    path: join(here, "new"),
  });
});

test("what is no folder, or nothing, is refused in words", async () => {
  const here = await base();
  await writeFile(join(here, "file"), "");
  expect(await checkFolder("file", here, undefined)).toEqual({
    kind: "refused",
    problem: `${join(here, "file")} is not a folder.`,
  });
  expect(await checkFolder("  ", here, undefined)).toMatchObject({ kind: "refused" });
  expect(await checkFolder("file/below", here, undefined)).toMatchObject({ kind: "refused" });
});

test("a missing folder is made, those above it too; where that fails the reason is told", async () => {
  const here = await base();
  const path = join(here, "one", "two");
  expect(await createFolder(path)).toEqual({ kind: "usable", path });
  await writeFile(join(here, "file"), "");
  expect(await createFolder(join(here, "file", "below"))).toMatchObject({ kind: "refused" });
});
