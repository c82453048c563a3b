import { readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect } from "vitest";
import { saveTogether } from "../../source/transfer/verify/small-files.ts";
import { test } from "../support/test.ts";

test("a small file leaves no journal of a part file that a power loss removed", async ({
  folder,
}) => {
  for (const end of ["journal", "journal.new"])
    writeFileSync(path.join(folder, `a.csv.part.${end}`), "");
  const file = { name: "a.csv", path: path.join(folder, "a.csv"), replaces: false };
  expect(await saveTogether([{ ...file, bytes: Buffer.from("rows") }])).toMatchObject([
    { kind: "saved" },
  ]);
  expect(readdirSync(folder)).toEqual(["a.csv"]);
});
