import fs from "node:fs/promises";
import path from "node:path";
import { expect } from "vitest";
import { checkZip } from "../../../source/transfer/verify/zip-check.ts";
import { zipOf } from "../../support/fixtures/zip-of.ts";
import { test as base } from "../../support/test.ts";

const never = new AbortController().signal;
const rows = "a,b\n1,2\n".repeat(100);

/** The damage of a zip file with this content. */
const test = base.extend("damageOf", ({ folder }) => {
  return async (zip: Buffer, signal: AbortSignal = never) => {
    const file = path.join(folder, "a.zip");
    await fs.writeFile(file, zip);
    return checkZip(file, signal);
  };
});

test("right entries are right, whether deflated, stored or empty", async ({ damageOf }) => {
  const zip = zipOf([
    { name: "a.csv", text: rows },
    { name: "b.csv", text: rows, stored: true },
    { name: "c.csv", text: "", stored: true },
  ]);
  expect(await damageOf(zip)).toBeUndefined();
});

test("a file without a directory is damaged", async ({ damageOf }) => {
  expect(await damageOf(Buffer.from(rows))).toBe("the zip directory at its end is missing");
});

test.for<[string, Parameters<typeof zipOf>[0][number]["listed"], boolean, string]>([
  ["another CRC", { crc32: 1 }, false, "has another CRC than the directory says"],
  ["another length", { bytes: 5 }, true, "has 800 bytes, not 5"],
  ["no bytes", { packedBytes: 0 }, true, "is empty"],
])("an entry with %s than listed is damaged", async ([_, listed, stored, words], { damageOf }) => {
  const right = { name: "a.csv", text: rows };
  const wrong = { name: "b.csv", text: rows, stored, ...(listed && { listed }) };
  expect(await damageOf(zipOf([right, wrong, right]))).toBe(`entry 2 of its zip data ${words}`);
});

test("an entry that lacks its header is damaged", async ({ damageOf }) => {
  const zip = zipOf([{ name: "a.csv", text: rows }]);
  zip[0] = 0;
  expect(await damageOf(zip)).toBe(
    "entry 1 of its zip data does not begin where the directory says",
  );
});

test("an entry that cannot be unpacked is damaged", async ({ damageOf }) => {
  const zip = zipOf([{ name: "a.csv", text: rows }]);
  zip.fill(255, 35, 40);
  expect(await damageOf(zip)).toMatch(/^entry 1 of its zip data is damaged \(.+\)$/);
});

test("an encrypted entry counts as right", async ({ damageOf }) => {
  const listed = { crc32: 1 };
  const zip = zipOf([{ name: "a.csv", text: rows, encrypted: true, listed }]);
  expect(await damageOf(zip)).toBeUndefined();
});

test("an entry of a rare method counts as right", async ({ damageOf }) => {
  const zip = zipOf([{ name: "a.csv", text: rows, stored: true, listed: { crc32: 1 } }]);
  expect(await damageOf(zip)).toBeDefined();
  const record = zip.readUInt32LE(zip.length - 6);
  zip.writeUInt16LE(12, record + 10);
  expect(await damageOf(zip)).toBeUndefined();
});

test("an abort ends the check", async ({ damageOf }) => {
  const zip = zipOf([{ name: "a.csv", text: rows }]);
  await expect(damageOf(zip, AbortSignal.abort())).rejects.toMatchObject({ name: "AbortError" });
});
