import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fileBytes, type SandboxFile, type SandboxFileSet } from "../../source/sandbox/sandbox.ts";
import { run } from "../support/program/run.ts";
import { createSyncFixture, type SyncFixture } from "./sync-fixture.ts";

let setting: SyncFixture;
let folder: string;

beforeEach(async () => {
  setting = await createSyncFixture();
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

describe("a file that was changed after cfs sync brought it", () => {
  const inFolder = (name: string) => readFile(join(folder, name), "utf8");
  const bytesOf = (file: SandboxFile) => Buffer.from(fileBytes(file, 0, file.bytes - 1));
  const stays = "cfs: a.csv.gz was changed since it was fetched: it stays.\n";

  let fileSet: SandboxFileSet;
  let file: SandboxFile;

  beforeEach(async () => {
    fileSet = setting.offer("Feed-2026-01-01", 48, ["a.csv.gz"]);
    const [first] = setting.sandbox.catalogue.filesOf(fileSet);
    if (first === undefined) throw new Error("No file.");
    file = first;
    await setting.sync(folder);
  });

  it("stays, and the service's comes beside it, once", async () => {
    await writeFile(join(folder, "a.csv.gz"), "my own");
    const dry = await setting.sync(folder, "--dry-run", "--json");
    expect(dry.objects()).toMatchObject([{ step: "fetch", name: "a.csv.gz" }]);
    const { code, stdout, stderr } = await setting.sync(folder, "--prune");
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${join(folder, "a (2).csv.gz")}\n` });
    expect(stderr).toContain(stays);
    expect(await inFolder("a.csv.gz")).toBe("my own");
    expect(await readFile(join(folder, "a (2).csv.gz"))).toEqual(bytesOf(file));
    setting.asked();
    for (const words of [[], ["--verify", "--prune"]]) {
      const again = await setting.sync(folder, ...words);
      expect(again.stderr).toMatch(/^0 new files, 1 there already, 0 failed: 0 B/);
    }
    expect(setting.asked()).toEqual({ "file-sets": 2 });
    expect(await inFolder("a.csv.gz")).toBe("my own");
  });

  it("stays with the same length too, where the service has another version", async () => {
    const mine = "9".repeat(file.bytes);
    await writeFile(join(folder, "a.csv.gz"), mine);
    Object.assign(file, { version: 2, modifiedMs: Date.now() + 2_000 });
    fileSet.modifiedMs = Date.now() + 2_000;
    const dry = await setting.sync(folder, "--dry-run", "--json");
    expect(dry.objects()).toMatchObject([{ step: "fetch", name: "a.csv.gz" }]);
    const { code, stderr } = await setting.sync(folder);
    expect(code).toBe(0);
    expect(stderr).toContain(stays);
    expect(await inFolder("a.csv.gz")).toBe(mine);
    expect(await readFile(join(folder, "a (2).csv.gz"))).toEqual(bytesOf(file));
  });

  it("is replaced with --verify, which asks for that", async () => {
    await writeFile(join(folder, "a.csv.gz"), "damaged");
    const { code, stderr } = await setting.sync(folder, "--verify");
    expect(code).toBe(0);
    expect(stderr).toContain("cfs: a.csv.gz is not as it was fetched.\n");
    await setting.expectWhole(folder, [fileSet]);
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
