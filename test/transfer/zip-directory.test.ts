import { expect, it } from "vitest";
import { listZip } from "../../source/files/zip-directory.ts";
import { zipOf } from "../support/fixtures/zip-of.ts";

const list = (zip: Buffer) =>
  listZip(async (first, bytes) => zip.subarray(first, first + bytes), zip.length);

const endBytes = 22;

/** The zip with numbers of 64 bits before its end; `cut` leaves out what the locator names. */
function withLocator(zip: Buffer, cut: boolean): Buffer {
  const endAt = zip.length - endBytes;
  const record = Buffer.alloc(56);
  record.write(cut ? "" : "PK\u0006\u0006", "latin1");
  record.writeBigUInt64LE(BigInt(zip.readUInt16LE(endAt + 10)), 32);
  record.writeBigUInt64LE(BigInt(zip.readUInt32LE(endAt + 12)), 40);
  record.writeBigUInt64LE(BigInt(zip.readUInt32LE(endAt + 16)), 48);
  const locator = Buffer.alloc(20);
  locator.write("PK\u0006\u0007", "latin1");
  locator.writeBigUInt64LE(BigInt(endAt), 8);
  return Buffer.concat([zip.subarray(0, endAt), record, locator, zip.subarray(endAt)]);
}

const zipWith = (count: number) =>
  zipOf(
    Array.from({ length: count }, (_, index) => ({ name: `${index}`, text: "", stored: true })),
  );

it("believes a short directory of just as many entries as it can have", async () => {
  const zip = zipWith(65_535);
  expect(await list(zip)).toMatchObject({ count: 65_535 });
  expect(await list(withLocator(zip, false))).toMatchObject({ count: 65_535 });
  expect(await list(withLocator(zip, true))).toBe("the zip directory at its end is missing");
});
