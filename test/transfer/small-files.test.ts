import fs from "node:fs";
import { join } from "node:path";
import { afterEach, expect, vi } from "vitest";
import { saveTogether } from "../../source/transfer/verify/small-files.ts";
import { test as it } from "../support/test.ts";

afterEach(() => void vi.restoreAllMocks());

it("a file that cannot be closed is closed once, and the others of its batch are saved", async ({
  folder,
}) => {
  const files = ["a.bin", "b.bin"].map((name) => ({
    name,
    path: join(folder, name),
    replaces: false,
    checks: [],
    bytes: Buffer.from(`the bytes of ${name}`),
  }));
  const { closeSync } = fs;
  let parts = 0;
  const opened = vi.spyOn(fs, "openSync");
  vi.spyOn(fs, "closeSync").mockImplementation((fd) => {
    closeSync(fd);
    const last = opened.mock.results.findLastIndex(({ value }) => value === fd);
    if (!String(opened.mock.calls[last]?.[0]).endsWith(".part")) return;
    parts += 1;
    if (parts === 1) throw Object.assign(new Error("it cannot be closed"), { code: "EIO" });
  });
  const outcomes = await saveTogether(files);
  expect(outcomes.map(({ kind }) => kind)).toEqual(["failed", "saved"]);
  expect(parts).toBe(2);
  expect(fs.readdirSync(folder)).toEqual(["b.bin"]);
});

it("a small file leaves no journal of a part file that a power loss removed", async ({
  folder,
}) => {
  for (const end of ["journal", "journal.new"])
    fs.writeFileSync(join(folder, `a.csv.part.${end}`), "");
  const file = { name: "a.csv", path: join(folder, "a.csv"), replaces: false, checks: [] };
  expect(await saveTogether([{ ...file, bytes: Buffer.from("rows") }])).toMatchObject([
    { kind: "saved" },
  ]);
  expect(fs.readdirSync(folder)).toEqual(["a.csv"]);
});
