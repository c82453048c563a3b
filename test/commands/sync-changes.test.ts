import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fileBytes } from "../../source/sandbox/sandbox.ts";
import { run } from "../fixtures/program.ts";
import { createSyncSetting, type SyncSetting } from "./sync-setting.ts";

let setting: SyncSetting;
let folder: string;

beforeEach(async () => {
  setting = await createSyncSetting();
  folder = setting.newFolder();
});

afterEach(() => setting.close());

describe("of what changed after a complete run, cfs sync", () => {
  it("fetches what a set got later, and a file that was replaced, but no other", async () => {
    const { catalogue } = setting.sandbox;
    const fileSet = setting.offer("Feed-2026-01-01", 48, ["a.csv.gz", "b.csv.gz"]);
    await setting.sync(folder);
    const later = catalogue.addFile(fileSet, { filename: "c.csv.gz", bytes: 3_000 });
    const replaced = catalogue.filesOf(fileSet).find(({ filename }) => filename === "a.csv.gz");
    if (replaced === undefined) throw new Error("a.csv.gz is not listed.");
    Object.assign(replaced, { version: 2, modifiedMs: Date.now() + 2_000 });
    fileSet.modifiedMs = Date.now() + 2_000;
    const { code, objects } = await setting.sync(folder, "--json");
    expect(code).toBe(0);
    expect(
      objects()
        .map(({ fileId }) => fileId)
        .sort(),
    ).toEqual([later.id, replaced.id].sort());
    await setting.expectWhole(folder, [fileSet]);
    setting.asked();
    await setting.sync(folder);
    expect(setting.asked()).toEqual({ "file-sets": 1 });
  });

  it("leaves a file that was there before it as the user made it", async () => {
    const fileSet = setting.offer("Feed-2026-01-01", 48, ["a.csv.gz"]);
    const [file] = setting.sandbox.catalogue.filesOf(fileSet);
    if (file === undefined) throw new Error("No file.");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "a.csv.gz"), fileBytes(file, 0, file.bytes - 1));
    await setting.sync(folder);
    await writeFile(join(folder, "a.csv.gz"), "my own");
    expect((await setting.sync(folder)).code).toBe(0);
    expect(await readFile(join(folder, "a.csv.gz"), "utf8")).toBe("my own");
    expect(await readFile(join(folder, "a (2).csv.gz"))).toEqual(
      Buffer.from(fileBytes(file, 0, file.bytes - 1)),
    );
    setting.asked();
    await setting.sync(folder, "--verify", "--prune");
    expect(setting.asked()).toEqual({ "file-sets": 1 });
  });
});

it.each([
  [4, "there is none", ["bulk-A", "--package", "Pack-Z", "-o", "x"]],
  [4, "bulk-Z", ["bulk-Z", "--package", "Pack-A", "-o", "x"]],
  [7, "not a folder", ["bulk-A", "--package", "Pack-A", "-o", "file/x"]],
])("cfs sync ends with %i: %s", async (code, words, call) => {
  const { environment, directory } = setting.home;
  await writeFile(join(directory, "file"), "");
  const ended = await run(["sync", ...call], { environment, directory });
  expect(ended.stderr).toMatch(/^cfs: [^\n]+\n$/);
  expect(ended.stderr).toContain(words);
  expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code, stdout: "" });
  expect(await readdir(directory)).not.toContain("x");
});
