import { expect, test } from "vitest";
import { AppError, type ErrorKind } from "../../source/base/errors.ts";
import type { Transfer } from "../../source/transfer/engine.ts";
import { exitSummaryLines } from "../../source/ui/process-events.ts";
import { FakeTransfers } from "../support/fakes/transfers.ts";

function ended(
  directories: readonly string[],
  state: Transfer["state"] = "saved",
  { demo = false, error }: { demo?: boolean; error?: AppError } = {},
): string[] {
  const transfers = new FakeTransfers();
  transfers.add(
    directories.map((directory, index) => ({
      directory,
      file: { fileId: `${index}`, fileSetId: "s", name: `part${index}`, bytes: 1_000_000 },
    })),
  );
  for (const { id } of transfers.snapshot().transfers) {
    transfers.change(id, { state, bytesTotal: 1_000_000, ...(error && { error }) });
  }
  return exitSummaryLines(transfers.snapshot(), demo);
}

test.each([
  [["/d"], "Saved 1 file, 1.0 MB, in /d"],
  [["/d/set", "/d/set"], "Saved 2 files, 2.0 MB, in /d/set"],
  [["/d", "/d/one", "/d/two"], "Saved 3 files, 3.0 MB, in /d (3 folders)"],
])("what was saved in %j is a line each, and one for all", (directories, line) => {
  const each = directories.map((directory, index) => `Saved ${directory}/part${index}`);
  expect(ended(directories)).toEqual([...each, line]);
});

test("more files than a screen has rows for are one line", () => {
  const many = Array.from({ length: 300 }, () => "/d");
  expect(ended(many)).toEqual(["Saved 300 files, 300 MB, in /d"]);
});

test("what is not finished resumes, but in the demo", () => {
  expect(ended(["/d"], "paused")).toEqual([
    "1 download not finished, to be resumed at the next start.",
  ]);
  expect(ended(["/d"], "paused", { demo: true })).toEqual([
    "1 download not finished; the demo keeps nothing for a next start.",
  ]);
});

test.each<[ErrorKind, string[]]>([
  ["service", ["1 download not finished, to be resumed at the next start."]],
  ["disk", ["1 download not finished, to be resumed at the next start."]],
  ["not-found", []],
  ["integrity", []],
])("what failed is listed with its error, of the kind %s", (kind, more) => {
  const error = new AppError({ kind, tried: "Fetching part0", answered: "it broke" });
  expect(ended(["/d"], "failed", { error })).toEqual([
    "Failed: Fetching part0: it broke.",
    ...more,
  ]);
});

test("nothing saved is nothing said", () => {
  expect(ended([])).toEqual([]);
  expect(ended(["/d"], "cancelled")).toEqual([]);
});
