import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { test } from "../faults/fault-fixture.ts";
import { syncTest } from "./sync-fixture.ts";

/** Throws if a listed file is missing or differs. */
function checkSums(directory: string): void {
  execFileSync("sha256sum", ["--quiet", "--strict", "-c", "SHA256SUMS"], { cwd: directory });
}

async function listedIn(directory: string): Promise<string[]> {
  const text = await readFile(join(directory, "SHA256SUMS"), "utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.slice(66))
    .sort();
}

const both = ["large.csv.gz", "small.csv.gz"];
const write = (call: "rename" | "write", after = 0) =>
  ({ call, path: "/out/SHA256SUMS", after, times: 1 }) as const;

describe("cfs get --checksums", () => {
  const it = test.extend("get", ({ setting }) => {
    const words = ["get", setting.fileSetId, "-o", setting.folder, "--checksums"];
    return (more: string[] = [], orders: Parameters<typeof setting.run>[1] = []) =>
      setting.run([...words, ...more], orders);
  });

  it("lists what it saved, and what was complete already", async ({ get, setting }) => {
    await setting.get();
    expect(await get()).toMatchObject({ code: 0 });
    checkSums(setting.folder);
    expect(await listedIn(setting.folder)).toEqual(both);
  });

  it("keeps the lines of other files", async ({ get, setting }) => {
    await get();
    await writeFile(join(setting.folder, "own.csv"), "");
    execFileSync("sh", ["-c", "sha256sum own.csv >> SHA256SUMS"], { cwd: setting.folder });
    expect(await get(["--overwrite"])).toMatchObject({ code: 0 });
    checkSums(setting.folder);
    expect(await listedIn(setting.folder)).toEqual([both[0], "own.csv", both[1]]);
  });

  it("never lists a file that was replaced before it was killed", async ({ get, setting }) => {
    await get();
    Object.assign(setting.file("small.csv.gz"), { version: 2 });
    // The first rename removes the lines, the second would add the new ones.
    const killed = await get(["--overwrite"], [{ ...write("rename", 1), signal: "SIGKILL" }]);
    expect(killed.code).toBe(null);
    expect(await listedIn(setting.folder)).toEqual([]);
    expect(await get()).toMatchObject({ code: 0 });
    checkSums(setting.folder);
    expect(await listedIn(setting.folder)).toEqual(both);
  });

  it("does not replace a file whose line it cannot remove", async ({ get, setting }) => {
    await get();
    Object.assign(setting.file("small.csv.gz"), { version: 2 });
    const failed = await get(["--overwrite"], [{ ...write("rename"), code: "EROFS" }]);
    expect(failed).toMatchObject({ code: 7 });
    expect(failed.stderr).toContain("SHA256SUMS");
    checkSums(setting.folder);
  });

  it("ends with 7 if the list cannot be written, and the files stay", async ({ get, setting }) => {
    // All of them: the list is written once or twice, as the files end.
    const failed = await get([], [{ call: "rename", path: "/out/SHA256SUMS", code: "ENOSPC" }]);
    expect(failed).toMatchObject({ code: 7 });
    expect(failed.stderr).toContain("the disk is full");
    await setting.expectWhole();
  });
});

describe("cfs sync --checksums", () => {
  const it = syncTest;

  it("also lists what earlier runs fetched", async ({ offer, out, sync }) => {
    offer("Feed-1", 50, ["a.csv"]);
    expect(await sync()).toMatchObject({ code: 0 });
    offer("Feed-2", 5, ["b.csv"]);
    expect(await sync("--checksums")).toMatchObject({ code: 0 });
    checkSums(out);
    expect(await listedIn(out)).toEqual(["a.csv", "b.csv"]);
  });

  it("lists the new checksum of a replaced file", async ({ offer, out, sandbox, sync }) => {
    const fileSet = offer("Feed-1", 50, ["a.csv"]);
    await sync("--checksums");
    const before = await readFile(join(out, "SHA256SUMS"), "utf8");
    const laterMs = Date.now() + 2_000;
    Object.assign(fileSet, { modifiedMs: laterMs });
    for (const file of sandbox.catalogue.filesOf(fileSet))
      Object.assign(file, { version: 2, modifiedMs: laterMs });
    expect(await sync("--checksums")).toMatchObject({ code: 0 });
    checkSums(out);
    expect(await readFile(join(out, "SHA256SUMS"), "utf8")).not.toBe(before);
  });

  it("forgets the files that --prune removes", async ({ add, out, sync }) => {
    const old = add("Feed-1", 50);
    await sync("--checksums");
    add("Feed-2", 5);
    old.availableToMs = 0;
    expect(await sync("--checksums", "--prune")).toMatchObject({ code: 0 });
    checkSums(out);
    expect(await listedIn(out)).toEqual(["Feed-2.csv.gz"]);
  });
});
