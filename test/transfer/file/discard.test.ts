import fs from "node:fs";
import path from "node:path";
import { expect, onTestFinished, vi } from "vitest";
import { takeLock } from "../../../source/files/lock.ts";
import { discardPartial } from "../../../source/transfer/file/discard.ts";
import { createJournal } from "../../../source/transfer/part-file/journal.ts";
import { test as base } from "../file-in-folder.ts";

const test = base
  .extend("leave", ({ paths }) => {
    return (fileId: string) => {
      fs.writeFileSync(paths.part, "bytes");
      createJournal(paths.journal, { version: 1, fileId, bytes: 9 }, "boot", []).close();
    };
  })
  .extend("discard", ({ folder }) => {
    return (name: string | undefined = "a.csv") => {
      const file = { fileId: "1", fileSetId: "2", name: "a.csv" };
      const final = path.join(folder, name);
      return discardPartial({
        path: name === "" ? undefined : final,
        request: { file, directory: folder },
      });
    };
  });

test("removes a part file and its journal", async ({ discard, leave, names }) => {
  leave("1");
  await discard();
  expect(names()).toEqual([]);
});

test("removes one without the other", async ({ discard, leave, names, paths }) => {
  leave("1");
  fs.rmSync(paths.journal);
  await discard();
  expect(names()).toEqual([]);
  leave("1");
  fs.rmSync(paths.part);
  await discard();
  expect(names()).toEqual([]);
});

test("leaves the part file of another file, of another process and of no path", async ({
  discard,
  leave,
  names,
  paths,
}) => {
  leave("2");
  await discard();
  expect(names()).toEqual(["a.csv.part", "a.csv.part.journal"]);
  leave("1");
  await discard("");
  const lock = await takeLock(paths.lock, "a.csv");
  await discard();
  await lock.release();
  expect(names()).toEqual(["a.csv.part", "a.csv.part.journal"]);
});

test("takes no lock if there is nothing to remove", async ({ discard, folder, names }) => {
  fs.writeFileSync(path.join(folder, "a.csv"), "");
  const made = vi.spyOn(fs, "writeFileSync");
  onTestFinished(() => made.mockRestore());
  await discard();
  expect(made).not.toHaveBeenCalled();
  expect(names()).toEqual(["a.csv"]);
});

test.for(["ENOSPC", "EDQUOT"])(
  "removes it without a lock if the disk is full: %s",
  async (code, { discard, leave, names }) => {
    leave("1");
    const full = vi.spyOn(fs, "writeFileSync").mockImplementation(() => {
      throw Object.assign(new Error(code), { code });
    });
    onTestFinished(() => full.mockRestore());
    await discard();
    expect(names()).toEqual([]);
  },
);

test.for([
  ["ENOSPC", true],
  ["EIO", false],
] as const)(
  "leaves it if it cannot be locked: %s, held by another: %s",
  async ([code, isHeld], { discard, leave, names, paths }) => {
    leave("1");
    const { closeSync, openSync } = fs;
    const failing = vi.spyOn(fs, "openSync").mockImplementation(() => {
      if (isHeld) closeSync(openSync(paths.lock, "a"));
      throw Object.assign(new Error(code), { code });
    });
    onTestFinished(() => failing.mockRestore());
    await discard();
    expect(names()).toContain("a.csv.part");
  },
);
