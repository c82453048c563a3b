import { expect, test } from "vitest";
import type { Transfer } from "../../source/transfer/engine.ts";
import { farewellLines } from "../../source/ui/farewell.ts";
import { FakeTransfers } from "../fakes/transfers.ts";

function ended(directories: readonly string[], state: Transfer["state"] = "saved"): string[] {
  const transfers = new FakeTransfers();
  transfers.add(
    directories.map((directory, index) => ({
      directory,
      file: { fileId: `${index}`, fileSetId: "s", name: `part${index}`, bytes: 1_000_000 },
    })),
  );
  for (const { id } of transfers.snapshot().transfers) {
    transfers.change(id, { state, bytesTotal: 1_000_000 });
  }
  return farewellLines(transfers.snapshot());
}

test.each([
  [["/d"], "Saved 1 file, 1.0 MB, in /d"],
  [["/d/set", "/d/set"], "Saved 2 files, 2.0 MB, in /d/set"],
  [["/d", "/d/one", "/d/two"], "Saved 3 files, 3.0 MB, in /d (3 folders)"],
])("what was saved in %j is one line", (directories, line) => {
  expect(ended(directories)).toEqual([line]);
});

test("nothing saved is nothing said", () => {
  expect(ended([])).toEqual([]);
  expect(ended(["/d"], "cancelled")).toEqual([]);
});
