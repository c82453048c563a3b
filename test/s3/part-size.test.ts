import { expect, test } from "vitest";
import { arePartsOf, partBytesOf } from "../../source/s3/part-size.ts";

const megabyte = 1024 * 1024;
const file = {
  fileId: "1",
  fileSetId: "2",
  name: "a.gz",
  bytes: 20 * megabyte,
  md5: "0".repeat(32),
};
const partBytes = partBytesOf(file);
const part = (number: number, bytes: number) => ({ number, bytes, etag: "e" });

test.each([9 * megabyte, 20 * megabyte, 5 * 1024 ** 4])(
  "cuts %d bytes into parts that stores take",
  (bytes) => {
    const length = partBytesOf({ ...file, bytes });
    expect(length).toBeGreaterThanOrEqual(8 * megabyte);
    expect(Math.ceil(bytes / length)).toBeLessThanOrEqual(10_000);
  },
);

test("recognises the parts of the file, the shorter last one included", () => {
  const last = file.bytes - 2 * partBytes;
  expect(arePartsOf(file, [part(1, partBytes)])).toBe(true);
  expect(arePartsOf(file, [part(2, partBytes), part(3, last)])).toBe(true);
});

test.each([
  ["none", []],
  ["the length of another program", [part(1, 8 * megabyte)]],
  ["a last part of another length", [part(1, partBytes), part(3, 5)]],
])("does not recognise %s", (_, parts) => {
  expect(arePartsOf(file, parts)).toBe(false);
});

test("gives the same name with other content another length", () => {
  expect(partBytesOf({ ...file, fileId: "3" })).not.toBe(partBytes);
  expect(partBytesOf({ ...file, md5: "1".repeat(32) })).not.toBe(partBytes);
});
