import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect } from "vitest";
import { unpackFile } from "../../source/unpack/unpack-file.ts";
import { type MadeEntry, zipOf } from "../support/fixtures/zip-of.ts";
import { test } from "../support/test.ts";

const it = test
  /** Everything below the folder with its text. */
  .extend("tree", ({ folder }) => async (): Promise<Record<string, string>> => {
    const found = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = found.filter((each) => each.isFile());
    const entries = files.map(async ({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [relative(folder, path), await readFile(path, "utf8")];
    });
    return Object.fromEntries(await Promise.all(entries));
  })
  .extend(
    "unpack",
    ({ folder }) =>
      async (name: string, bytes: Buffer | string, overwrite = false) => {
        const path = join(folder, name);
        await writeFile(path, bytes);
        const unpacked = await unpackFile(path, {
          overwrite,
          signal: new AbortController().signal,
        });
        await rm(path);
        return (
          unpacked && { ...unpacked, paths: unpacked.paths.map((each) => relative(folder, each)) }
        );
      },
  );

it.for([
  ["gzip", "a.csv.gz", gzipSync("rows"), "a.csv"],
  ["zip", "a.csv.zip", zipOf([{ name: "1.csv", text: "rows" }]), join("a.csv", "1.csv")],
] as const)(
  "removes what an earlier process left beside an unpacked %s file",
  async ([_, name, bytes, target], { folder, tree, unpack }) => {
    await unpack(name, bytes);
    const ended = { id: "1", pid: 2 ** 22 + 1, host: hostname() };
    await writeFile(join(folder, "a.csv.part.lock"), JSON.stringify(ended));
    await writeFile(join(folder, "a.csv.part"), "ro");
    expect(await unpack(name, bytes)).toMatchObject({ isNew: false });
    expect(await tree()).toEqual({ [target]: "rows" });
  },
);

describe("a gzip file", () => {
  it.for([
    ["a.csv.gz", "a.csv"],
    ["a.GZ", "a"],
    ["a.tgz", "a.tar"],
    [
      "no-extension2025-09-16T13_00_00.000-04_00",
      "no-extension2025-09-16T13_00_00.000-04_00.unpacked",
    ],
  ] as const)("%s is unpacked into %s", async ([name, target], { tree, unpack }) => {
    expect(await unpack(name, gzipSync("rows"))).toEqual({ paths: [target], isNew: true });
    expect(await tree()).toEqual({ [target]: "rows" });
  });

  it("of several members is unpacked whole", async ({ tree, unpack }) => {
    await unpack("a.gz", Buffer.concat([gzipSync("one "), gzipSync("two")]));
    expect(await tree()).toEqual({ a: "one two" });
  });

  it("that was unpacked before is left as it is", async ({ unpack }) => {
    await unpack("a.gz", gzipSync("rows"));
    expect(await unpack("a.gz", gzipSync("rows"))).toEqual({ paths: ["a"], isNew: false });
  });

  it("leaves another file of that name alone, unless it is to be replaced", async ({
    folder,
    tree,
    unpack,
  }) => {
    await writeFile(join(folder, "a.csv"), "another");
    expect(await unpack("a.csv.gz", gzipSync("rows"))).toMatchObject({ paths: ["a (2).csv"] });
    expect(await unpack("a.csv.gz", gzipSync("new"), true)).toMatchObject({ paths: ["a.csv"] });
    expect(await tree()).toEqual({ "a.csv": "new", "a (2).csv": "rows" });
  });

  it.for([
    ["cut short", gzipSync("rows".repeat(1_000)).subarray(0, 30)],
    ["changed", gzipSync("rows".repeat(1_000)).fill(7, 12, 20)],
    ["no gzip", Buffer.from("rows")],
    ["empty", Buffer.alloc(0)],
  ] as const)("that is %s leaves nothing", async ([_, bytes], { folder, tree, unpack }) => {
    await expect(unpack("a.csv.gz", bytes)).rejects.toMatchObject({ kind: "integrity" });
    await rm(join(folder, "a.csv.gz"));
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

  it("is unpacked into a folder of its name, once", async ({ tree, unpack }) => {
    expect(await unpack("a.zip", zipOf(entries))).toEqual({
      paths: Object.keys(unpacked),
      isNew: true,
    });
    expect(await tree()).toEqual(unpacked);
    expect(await unpack("a.zip", zipOf(entries))).toMatchObject({ isNew: false });
  });

  it("leaves another folder of that name alone, unless its files are to be replaced", async ({
    folder,
    tree,
    unpack,
  }) => {
    await mkdir(join(folder, "a"));
    await writeFile(join(folder, "a", "one.csv"), "another");
    await unpack("a.zip", zipOf(entries));
    expect(await tree()).toMatchObject({ "a/one.csv": "another", "a (2)/one.csv": "1" });
    await unpack("a.zip", zipOf(entries), true);
    expect(await tree()).toMatchObject(unpacked);
  });

  it("keeps every entry below the folder, and each apart", async ({ tree, unpack }) => {
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

  it("takes out of the names what steers a terminal or reorders text", async ({ tree, unpack }) => {
    const names = ["fol\u202eder/report\u202evsc.exe", ".\u200b./\u001b[2Jx", "\u202e"];
    const made = await unpack("a.zip", zipOf(names.map((name) => ({ name, text: "1" }))));
    const paths = ["a/folder/reportvsc.exe", "a/__/[2Jx", "a/unnamed"];
    expect(made?.paths).toEqual(paths);
    expect(Object.keys(await tree()).sort()).toEqual(paths.sort());
  });

  it.for<[string, MadeEntry, RegExp]>([
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
      /its entries overlap/,
    ],
  ] as const)(
    "leaves nothing where an entry %s",
    async ([_, entry, words], { folder, tree, unpack }) => {
      const bytes = zipOf([{ name: "first", text: "1" }, entry]);
      await expect(unpack("a.zip", bytes)).rejects.toMatchObject({
        kind: "integrity",
        message: expect.stringMatching(words),
      });
      await rm(join(folder, "a.zip"));
      expect(await tree()).toEqual({});
    },
  );

  it("says what it cannot unpack", async ({ unpack }) => {
    const bytes = zipOf([{ name: "x", text: "0", encrypted: true }]);
    await expect(unpack("a.zip", bytes)).rejects.toThrow(/its entry x is encrypted/);
    await expect(unpack("a.zip", "no zip")).rejects.toThrow(/directory at its end is missing/);
  });
});

it("leaves files that are not packed alone", async ({ unpack }) => {
  expect(await unpack("a.csv", "rows")).toBeUndefined();
  expect(await unpack("sheet.xlsx", zipOf([{ name: "x", text: "0" }]))).toBeUndefined();
});
