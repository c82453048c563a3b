import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { unpackFile } from "../../source/unpack/unpack-file.ts";
import { type MadeEntry, zipOf } from "./zip-of.ts";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "cfs-test-"));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

/** Everything below the folder with its text. */
async function tree(): Promise<Record<string, string>> {
  const found = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = found.filter((each) => each.isFile());
  const entries = files.map(async ({ parentPath, name }) => {
    const path = join(parentPath, name);
    return [relative(directory, path), await readFile(path, "utf8")];
  });
  return Object.fromEntries(await Promise.all(entries));
}

async function unpack(name: string, bytes: Buffer | string, overwrite = false) {
  const path = join(directory, name);
  await writeFile(path, bytes);
  const unpacked = await unpackFile(path, { overwrite, signal: new AbortController().signal });
  await rm(path);
  return (
    unpacked && { ...unpacked, paths: unpacked.paths.map((each) => relative(directory, each)) }
  );
}

it.each([
  ["gzip", "a.csv.gz", gzipSync("rows"), "a.csv"],
  ["zip", "a.csv.zip", zipOf([{ name: "1.csv", text: "rows" }]), join("a.csv", "1.csv")],
])(
  "what an earlier process left beside an unpacked %s file goes",
  async (_, name, bytes, target) => {
    await unpack(name, bytes);
    const ended = { id: "1", pid: 2 ** 22 + 1, host: hostname() };
    await writeFile(join(directory, "a.csv.part.lock"), JSON.stringify(ended));
    await writeFile(join(directory, "a.csv.part"), "ro");
    expect(await unpack(name, bytes)).toMatchObject({ isNew: false });
    expect(await tree()).toEqual({ [target]: "rows" });
  },
);

describe("a gzip file", () => {
  it.each([
    ["a.csv.gz", "a.csv"],
    ["a.GZ", "a"],
    ["a.tgz", "a.tar"],
    [
      "no-extension2025-09-16T13_00_00.000-04_00",
      "no-extension2025-09-16T13_00_00.000-04_00.unpacked",
    ],
  ])("%s is unpacked into %s", async (name, target) => {
    expect(await unpack(name, gzipSync("rows"))).toEqual({ paths: [target], isNew: true });
    expect(await tree()).toEqual({ [target]: "rows" });
  });

  it("of several members is unpacked whole", async () => {
    await unpack("a.gz", Buffer.concat([gzipSync("one "), gzipSync("two")]));
    expect(await tree()).toEqual({ a: "one two" });
  });

  it("that was unpacked before is left as it is", async () => {
    await unpack("a.gz", gzipSync("rows"));
    expect(await unpack("a.gz", gzipSync("rows"))).toEqual({ paths: ["a"], isNew: false });
  });

  it("leaves another file of that name alone, unless it is to be replaced", async () => {
    await writeFile(join(directory, "a.csv"), "another");
    expect(await unpack("a.csv.gz", gzipSync("rows"))).toMatchObject({ paths: ["a (2).csv"] });
    expect(await unpack("a.csv.gz", gzipSync("new"), true)).toMatchObject({ paths: ["a.csv"] });
    expect(await tree()).toEqual({ "a.csv": "new", "a (2).csv": "rows" });
  });

  it.each([
    ["cut short", gzipSync("rows".repeat(1_000)).subarray(0, 30)],
    ["changed", gzipSync("rows".repeat(1_000)).fill(7, 12, 20)],
    ["no gzip", Buffer.from("rows")],
    ["empty", Buffer.alloc(0)],
  ])("that is %s leaves nothing", async (_, bytes) => {
    await expect(unpack("a.csv.gz", bytes)).rejects.toMatchObject({ kind: "integrity" });
    await rm(join(directory, "a.csv.gz"));
    expect(await tree()).toEqual({});
  });
});

describe("a zip file", () => {
  const entries: MadeEntry[] = [
    { name: "one.csv", text: "1" },
    { name: "folder/", text: "", stored: true },
    { name: "folder/two.csv", text: "22", stored: true },
    { name: "none.csv", text: "", stored: true },
  ];
  const unpacked = { "a/one.csv": "1", "a/folder/two.csv": "22", "a/none.csv": "" };

  it("is unpacked into a folder of its name, once", async () => {
    expect(await unpack("a.zip", zipOf(entries))).toEqual({
      paths: Object.keys(unpacked),
      isNew: true,
    });
    expect(await tree()).toEqual(unpacked);
    expect(await unpack("a.zip", zipOf(entries))).toMatchObject({ isNew: false });
  });

  it("leaves another folder of that name alone, unless its files are to be replaced", async () => {
    await mkdir(join(directory, "a"));
    await writeFile(join(directory, "a", "one.csv"), "another");
    await unpack("a.zip", zipOf(entries));
    expect(await tree()).toMatchObject({ "a/one.csv": "another", "a (2)/one.csv": "1" });
    await unpack("a.zip", zipOf(entries), true);
    expect(await tree()).toMatchObject(unpacked);
  });

  it("keeps every entry below the folder, and each apart", async () => {
    const names = ["../up", "/root", "..\\win", "C:\\drive", "x/../../y", "a\0:b", "SAME", "same"];
    await unpack("a.zip", zipOf(names.map((name) => ({ name, text: name }))));
    expect(Object.keys(await tree()).sort()).toEqual([
      "a/C_/drive",
      "a/SAME",
      "a/__/up",
      "a/__/win",
      "a/a_b",
      "a/root",
      "a/same (2)",
      "a/x/__/__/y",
    ]);
  });

  it("takes out of the names what steers a terminal or reorders text", async () => {
    const names = ["fol\u202eder/report\u202evsc.exe", ".\u200b./\u001b[2Jx", "\u202e"];
    const made = await unpack("a.zip", zipOf(names.map((name) => ({ name, text: "1" }))));
    const paths = ["a/folder/reportvsc.exe", "a/__/[2Jx", "a/unnamed"];
    expect(made?.paths).toEqual(paths);
    expect(Object.keys(await tree()).sort()).toEqual(paths.sort());
  });

  it.each<[string, MadeEntry, RegExp]>([
    [
      "is larger than listed",
      { name: "x", text: "0".repeat(99_999), listed: { bytes: 10 } },
      /larger than the 10 bytes/,
    ],
    [
      "is smaller than listed",
      { name: "x", text: "0", listed: { bytes: 10 } },
      /has 1 bytes, not the 10/,
    ],
    ["has another CRC", { name: "x", text: "0", listed: { crc32: 7 } }, /another CRC/],
    [
      "reaches over others",
      { name: "x", text: "0", listed: { packedBytes: 9_999 } },
      /over each other/,
    ],
  ])("leaves nothing where an entry %s", async (_, entry, words) => {
    const bytes = zipOf([{ name: "first", text: "1" }, entry]);
    await expect(unpack("a.zip", bytes)).rejects.toMatchObject({
      kind: "integrity",
      message: expect.stringMatching(words),
    });
    await rm(join(directory, "a.zip"));
    expect(await tree()).toEqual({});
  });

  it("says what it cannot unpack", async () => {
    const bytes = zipOf([{ name: "x", text: "0", encrypted: true }]);
    await expect(unpack("a.zip", bytes)).rejects.toThrow(/its entry x is encrypted/);
    await expect(unpack("a.zip", "no zip")).rejects.toThrow(/directory at its end is missing/);
  });
});

it("leaves files that are not packed alone", async () => {
  expect(await unpack("a.csv", "rows")).toBeUndefined();
  expect(await unpack("sheet.xlsx", zipOf([{ name: "x", text: "0" }]))).toBeUndefined();
});
