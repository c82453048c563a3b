import { expect, it } from "vitest";
import { listZip } from "../../source/files/zip-directory.ts";
import { largeZipOf, withLargeEnd, zipOf } from "../support/fixtures/zip-of.ts";

const list = (zip: Buffer) =>
  listZip(async (first, bytes) => zip.subarray(first, first + bytes), zip.length);

const zipWith = (count: number) =>
  zipOf(
    Array.from({ length: count }, (_, index) => ({ name: `${index}`, text: "", stored: true })),
  );

it("believes a short directory of just as many entries as it can have", async () => {
  const zip = zipWith(65_535);
  expect(await list(zip)).toMatchObject({ count: 65_535 });
  expect(await list(withLargeEnd(zip, false))).toMatchObject({ count: 65_535 });
  expect(await list(withLargeEnd(zip, true))).toBe("the zip directory at its end is missing");
});

it("reads 64-bit numbers, and refuses those that no file can have", async () => {
  const entries = [{ name: "a", text: "rows" }];
  const told = [{ name: "a", at: 0, packedBytes: 4, bytes: 4 }];
  expect(await list(largeZipOf(entries))).toMatchObject({ entries: told });
  expect(await list(largeZipOf(entries, 2n ** 64n - 1n))).toBe(
    "its zip directory lists an entry outside the archive",
  );
});
