import { expect, test } from "vitest";
import { detailsOf } from "../../source/store/selectors/details.ts";
import { currentRow } from "../../source/store/selectors/table.ts";
import { transferRow } from "../../source/store/state/row.ts";
import type { Transfer } from "../../source/transfer/engine.ts";
import { someFile, someFileSet } from "../support/fakes/listings.ts";
import { fakeProgram, goTo } from "../support/fakes/program.ts";

test.each([
  [0, "0 bytes"],
  [1, "1 byte"],
  [999, "999 bytes"],
  [93_000_001, "93 MB (93,000,001 bytes)"],
  [undefined, "not given by the publisher"],
])("a size of %s is shown as %s", async (fileSizeInBytes, value) => {
  const fake = fakeProgram();
  fake.fileStore.filesAnswer = () => [someFile(1, { fileSizeInBytes })];
  await goTo(fake, "files");
  const details = detailsOf(currentRow(fake.state()), fake.state().nowMs);
  expect(details).toContainEqual({ label: "Size", value });
});

const counts = { bytesDone: 0, bytesFetched: 0, bytesPerSecond: 0, seconds: 0 };
const file = { fileId: "1", fileSetId: "set", name: "a.csv" };

test.each<[Pick<Transfer, "state"> & Partial<Transfer>, Record<string, string>]>([
  [{ state: "saved", path: "/d/a.csv", bytesDone: 5 }, { Path: "/d/a.csv" }],
  [{ state: "skipped", path: "/d/a.csv" }, { Path: "/d/a.csv" }],
  [
    { state: "failed", path: "/d/a.csv", bytesDone: 5 },
    { "Partial file": "/d/a.csv.part", Folder: "/d" },
  ],
  [{ state: "failed", path: "/d/a.csv" }, { Folder: "/d" }],
  [{ state: "cancelled", path: "/d/a.csv" }, { Folder: "/d" }],
  [{ state: "queued" }, { Folder: "/d" }],
])("the details of %j name only files that exist", (change, paths) => {
  const item: Transfer = { id: "t1", file, directory: "/d", ...counts, ...change };
  const details = detailsOf(transferRow(item), 0);
  const shown = details.filter(({ label }) => ["Path", "Partial file", "Folder"].includes(label));
  expect(Object.fromEntries(shown.map(({ label, value }) => [label, value]))).toEqual(paths);
});

test.each<[Pick<Transfer, "state" | "verifiedBy">, string | undefined]>([
  [{ state: "saved", verifiedBy: "md5" }, "MD5"],
  [{ state: "saved", verifiedBy: "zip" }, "zip checksums"],
  [{ state: "skipped", verifiedBy: "size" }, "size only"],
  [{ state: "saved" }, "nothing: neither checksum nor size is known"],
  [{ state: "running" }, undefined],
])("a download that is %j was verified by %s", (change, value) => {
  const item: Transfer = { id: "t1", file, directory: "/downloads", ...counts, ...change };
  const details = detailsOf(transferRow(item), 0);
  expect(details.find(({ label }) => label === "Verified by")?.value).toBe(value);
});

test("the time in which a file set is available is a bar with now marked, where bars are drawn", async () => {
  const fake = fakeProgram();
  fake.fileStore.fileSetsAnswer = () => [
    someFileSet(1, {
      availableFrom: "2026-11-20T00:00:00Z",
      availableTo: "2026-11-30T00:00:00Z",
    }),
  ];
  await goTo(fake, "file-sets");
  const row = currentRow(fake.state());
  const nowMs = Date.parse("2026-11-25T00:00:00Z");
  expect(detailsOf(row, nowMs, "ascii")).toContainEqual({
    label: "Window",
    value: "[===========|----------]",
  });
  expect(detailsOf(row, nowMs).map(({ label }) => label)).not.toContain("Window");
});
