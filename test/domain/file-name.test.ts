import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import {
  commonFolder,
  fileNameKey,
  localFileName,
  numberedFileName,
} from "../../source/domain/file-name.ts";

describe("localFileName", () => {
  it.each([
    [
      "Bulk-ESG-2022-10-02T16:11:18.777Z-part4.csv.gz",
      "Bulk-ESG-2022-10-02T16_11_18.777Z-part4.csv.gz",
    ],
    [
      "TESTDEVDATALIBRARY2025-09-16T13:00:00.000-04:00",
      "TESTDEVDATALIBRARY2025-09-16T13_00_00.000-04_00",
    ],
    ["a/b/c.gz", "c.gz"],
    ["../../etc/passwd", "passwd"],
    ["/etc/shadow", "shadow"],
    ["..", "__"],
    [".", "_"],
    ["", "unnamed"],
    ["///", "unnamed"],
    ["C:\\Windows\\win.ini", "C__Windows_win.ini"],
    ["CON", "_CON"],
    ["nul.csv.gz", "_nul.csv.gz"],
    ["COM1.txt", "_COM1.txt"],
    ["console.txt", "console.txt"],
    ["SHA256SUMS", "_SHA256SUMS"],
    ["sha256sums.lock", "_sha256sums.lock"],
    ["SHA256SUMS.lock.guard.clock", "_SHA256SUMS.lock.guard.clock"],
    [".cfs-sync", "_.cfs-sync"],
    ["_SUCCESS", "__SUCCESS"],
    ["SHA256SUMS.gz", "SHA256SUMS.gz"],
    ["name.", "name_"],
    ["name ", "name_"],
    ["x.part", "x.part_"],
    ["x.part.journal", "x.part.journal_"],
    ["x.part.journal.new", "x.part.journal.new_"],
    ["x.PART.lock.Guard", "x.PART.lock.Guard_"],
    ["x.part.lock.clock", "x.part.lock.clock_"],
    ["x.part.lock.guard.clock", "x.part.lock.guard.clock_"],
    ["x.part.csv.gz", "x.part.csv.gz"],
    ["x.part4.csv.gz", "x.part4.csv.gz"],
    ["a\u0000b\u001bc", "a_b_c"],
    ["cafe\u0301.gz", "caf\u00e9.gz"],
  ])("turns %j into %j", (name, local) => {
    expect(localFileName(name)).toBe(local);
  });

  it("cuts long names by bytes and keeps the extension", () => {
    const local = localFileName(`${"é".repeat(300)}.jsonl.gz`);
    expect(Buffer.byteLength(local)).toBeLessThanOrEqual(230);
    expect(local).toMatch(/^é+\.jsonl\.gz$/);
  });

  it("makes no name of a partial file by cutting a long one", () => {
    const cut = localFileName(`${"x".repeat(225)}.part${"y".repeat(20)}`);
    expect(cut).toBe(`${"x".repeat(225)}.par_`);
    const shorter = localFileName(`${"x".repeat(224)}.part${". ".repeat(20)}y`);
    expect(shorter).toBe(`${"x".repeat(224)}.part_`);
    expect(localFileName(`${"x".repeat(300)}.part.lock.guard`)).toMatch(/^x+\.guard$/);
  });

  it("gives a plain, allowed name for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), (name) => {
        const local = localFileName(name);
        expect(local).not.toMatch(/[\u0000-\u001f<>:"/\\|?*]|[. ]$|^\.{0,2}$/);
        expect(Buffer.byteLength(local)).toBeLessThanOrEqual(230);
        expect(local).not.toMatch(/\p{Surrogate}/u);
      }),
    );
  });
});

describe("numberedFileName", () => {
  it("puts the number before the extension", () => {
    expect(numberedFileName("a.csv.gz", 2)).toBe("a (2).csv.gz");
    expect(numberedFileName("a.zip", 3)).toBe("a (3).zip");
    expect(numberedFileName("plain", 2)).toBe("plain (2)");
  });

  it("stays within the length limit", () => {
    const numbered = numberedFileName(localFileName(`${"x".repeat(300)}.gz`), 12);
    expect(numbered).toMatch(/^x+ \(12\)\.gz$/);
    expect(Buffer.byteLength(numbered)).toBe(230);
  });
});

it("knows names that a folder ignoring case takes for one", () => {
  expect(fileNameKey("A.GZ")).toBe(fileNameKey("a.gz"));
  expect(fileNameKey("cafe\u0301")).toBe(fileNameKey("caf\u00e9"));
});

test.each([
  [[], ""],
  [["/d"], "/d"],
  [["/d/a", "/d/a"], "/d/a"],
  [["/d/a", "/d/b"], "/d"],
  [["/d", "/d/b"], "/d"],
  [["/d/ab", "/d/a"], "/d"],
  [["/x/a", "/y/a"], "/"],
  [["C:\\d\\a", "C:\\d\\b"], "C:\\d"],
])("%j lie in %j", (folders, common) => {
  expect(commonFolder(folders)).toBe(common);
});
